"use strict";
{
  const all = (selector, inside = document) => [...inside.querySelectorAll(selector)];
  const named = (name) => document.getElementById(name);

  // --- search and filters ---
  const findings = all(".finding");
  const form = document.querySelector(".filters");
  const texts = new Map(findings.map((one) => [one, one.textContent.toLowerCase()]));

  function filter() {
    const wanted = named("search").value.toLowerCase().split(/\s+/).filter(Boolean);
    const policy = named("policy").value;
    const off = all("input[type=checkbox]", form).filter((box) => !box.checked);
    let shown = 0;
    for (const finding of findings) {
      const hit =
        (!policy || finding.dataset.policy === policy) &&
        !off.some((box) => finding.dataset[box.name] === box.value) &&
        wanted.every((word) => texts.get(finding).includes(word));
      finding.hidden = !hit;
      shown += hit;
    }
    named("count").textContent = `${shown} of ${findings.length} shown`;
  }

  if (form) {
    form.addEventListener("input", filter);
    form.addEventListener("submit", (event) => event.preventDefault());
    form.addEventListener("reset", () => setTimeout(filter));
    named("unfold").addEventListener("click", (event) => {
      const open = event.target.textContent === "Open all";
      for (const finding of findings) if (!finding.hidden) finding.open = open;
      event.target.textContent = open ? "Close all" : "Open all";
    });
    for (const button of all(".only")) {
      button.addEventListener("click", () => {
        named("policy").value = button.dataset.policy;
        filter();
        form.scrollIntoView({ block: "nearest" });
      });
    }
    filter();
  }

  // --- paths that light up ---
  const picture = document.querySelector(".s3d");
  const byAccess = new Map();
  for (const one of all("[data-accesses]")) {
    for (const access of one.dataset.accesses.split(" ")) {
      if (!byAccess.has(access)) byAccess.set(access, new Set());
      byAccess.get(access).add(one);
    }
  }
  let lit = [];
  let kept = null;

  function follow(source) {
    for (const one of lit) one.classList.remove("lit");
    lit = [];
    const accesses = source ? source.dataset.accesses.split(" ") : [];
    for (const access of accesses) for (const one of byAccess.get(access) ?? []) lit.push(one);
    for (const one of lit) one.classList.add("lit");
    if (!picture) return;
    picture.classList.toggle("following", lit.some((one) => picture.contains(one)));
    const lines = accesses.length === 1 ? "1 access" : `${accesses.length} accesses`;
    named("followed").textContent = source ? `${lines}${kept === source ? ", kept (Escape lets go)" : ""}` : "";
  }

  const sourceOf = (event) => event.target.closest?.("[data-accesses]") ?? null;
  for (const [enter, leave] of [["pointerover", "pointerout"], ["focusin", "focusout"]]) {
    document.addEventListener(enter, (event) => sourceOf(event) && !kept && follow(sourceOf(event)));
    document.addEventListener(leave, (event) => sourceOf(event) && !kept && follow(null));
  }
  function keep(source) {
    kept = kept === source ? null : source;
    follow(kept ?? source);
  }
  picture?.addEventListener("click", (event) => {
    const source = sourceOf(event);
    if (source) keep(source);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      kept = null;
      follow(null);
    } else if ((event.key === "Enter" || event.key === " ") && picture?.contains(event.target) && sourceOf(event)) {
      event.preventDefault();
      keep(sourceOf(event));
    }
  });

  // --- on paper, everything is open ---
  let closed = [];
  addEventListener("beforeprint", () => {
    closed = all("details:not([open])");
    for (const one of closed) one.open = true;
  });
  addEventListener("afterprint", () => {
    for (const one of closed) one.open = false;
  });
}
