// Opens a page in Chromium and uses it as a person does; writes what was seen as JSON.
// node pages.mjs NODE_FOLDER CHROMIUM PROFILE PAGE [SCREENSHOTS]
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const [folder, executablePath, profile, file, screenshots] = process.argv.slice(2);
const { chromium } = createRequire(`${folder}/package.json`)("playwright-core");
const args = "--headless --no-sandbox --disable-gpu --disable-background-networking --disable-quic --no-first-run --disable-component-update --disable-sync";
const browser = await chromium.launchPersistentContext(profile, { executablePath, args: args.split(" "), viewport: { width: 1280, height: 900 } });
const page = browser.pages()[0] ?? (await browser.newPage());
const seen = { dialogs: [], errors: [], requests: [] };
page.on("dialog", (dialog) => (seen.dialogs.push(dialog.message()), dialog.dismiss()));
page.on("pageerror", (error) => seen.errors.push(String(error)));
page.on("console", (message) => message.type() === "error" && seen.errors.push(message.text()));
page.on("request", (request) => seen.requests.push(request.url()));
const shot = async (name, whole = false) => screenshots && (await page.screenshot({ path: `${screenshots}/${name}.png`, fullPage: whole }));
const count = (selector) => page.locator(selector).count();
const shown = () => page.locator(".finding:visible").count();
const lit = () => page.locator(".s3d .lit").count();

await page.goto(pathToFileURL(file).href);
seen.requests = seen.requests.filter((url) => url !== pathToFileURL(file).href);
seen.findings = await count(".finding");
seen.shown = await shown();
seen.opened = await count(".finding[open]");
seen.verdict = await page.locator("h1 .verdict").textContent();
seen.tags = await page.evaluate(() => [...new Set([...document.querySelectorAll("*")].map((one) => one.localName))].sort());
seen.handlers = await page.evaluate(() => [...document.querySelectorAll("*")].flatMap((one) => one.getAttributeNames()).filter((name) => /^(on|style$|src$)/.test(name)));
seen.links = await page.evaluate(() => [...document.links].map((one) => one.getAttribute("href")));
seen.overflow = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
await shot("light");
await shot("light-whole", seen.findings < 30);

if (await count(".filters")) {
  await page.fill("#search", "nothing has this name");
  seen.afterSearch = await shown();
  seen.told = await page.textContent("#count");
  await page.fill("#search", "");
  if (await count("input[name=severity][value=error]")) {
    await page.uncheck("input[name=severity][value=error]");
    seen.withoutErrors = await shown();
  }
  await page.click("#reset");
  await page.waitForTimeout(50);
  seen.afterReset = await shown();
  await page.click("#unfold");
  seen.unfolded = await count(".finding[open]");
  await page.click("#unfold");
  seen.folded = await count(".finding[open]");
  await page.locator(".finding summary").first().click();
  seen.clicked = await count(".finding[open]");
}

if (await count(".s3d [data-accesses]")) {
  const line = page.locator(".s3d .line[data-accesses]").first();
  const point = await line.locator(".hit").evaluate((path) => {
    path.scrollIntoView({ block: "center", inline: "center" });
    const { x, y } = path.getPointAtLength(path.getTotalLength() / 2).matrixTransform(path.getScreenCTM());
    return { x, y };
  });
  await page.mouse.move(point.x, point.y);
  seen.hovered = await lit();
  await shot("hovered");
  await page.mouse.move(2, 2);
  seen.left = await lit();
  await line.focus();
  seen.focused = await lit();
  seen.spoken = await line.getAttribute("aria-label");
  await page.keyboard.press("Enter");
  await page.locator(".skip").focus();
  seen.kept = await lit();
  seen.followed = await page.textContent("#followed");
  await page.keyboard.press("Escape");
  seen.released = await lit();
  if (await count(".finding[data-accesses]")) {
    await page.locator(".finding[data-accesses] summary").first().focus();
    seen.fromFinding = await lit();
    await page.keyboard.press("Tab");
  }
}

await page.emulateMedia({ colorScheme: "dark" });
seen.dark = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
await shot("dark");
await page.emulateMedia({ colorScheme: "light" });
await page.setViewportSize({ width: 400, height: 900 });
seen.narrowOverflow = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
await shot("narrow");
await page.setViewportSize({ width: 800, height: 1100 });
await page.emulateMedia({ media: "print", colorScheme: "dark" });
await page.evaluate(() => dispatchEvent(new Event("beforeprint")));
seen.printed = await page.evaluate(() => ({
  closed: document.querySelectorAll("details:not([open])").length,
  filters: getComputedStyle(document.querySelector(".filters") ?? document.createElement("i")).display,
  paper: getComputedStyle(document.body).backgroundColor,
}));
await shot("print", seen.findings < 30);
await page.evaluate(() => dispatchEvent(new Event("afterprint")));
seen.pages = (await page.pdf()).length > 1000;
console.log(JSON.stringify(seen));
await browser.close();
