FROM python:3.13-slim AS build
COPY . /source
RUN python -m pip install --no-cache-dir --prefix /installed /source

FROM python:3.13-slim
COPY --from=build /installed /usr/local
# Inputs are mounted here: docker run --rm -v "$PWD:/work:ro" s3reach check plan.json
WORKDIR /work
USER 65532:65532
ENTRYPOINT ["s3reach"]
CMD ["--help"]
