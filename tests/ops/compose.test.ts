import { describe, expect, test } from "bun:test";
import { existsSync, readFileSync } from "node:fs";
import { join, posix } from "node:path";
import { parse } from "yaml";
import { readAddresses } from "../../scripts/generate/addresses.ts";
import { composeFiles } from "../../scripts/generate/compose-files.ts";
import { describeSettings } from "../../src/config.ts";
import { composeFolder, mountsOf, portsOf, readComposeFile } from "./compose-file.ts";
import { projectRoot } from "./source-file.ts";

const { services, volumes } = readComposeFile();
const named = Object.entries(services);
const settings = new Set(describeSettings().map(({ name }) => name));
const readText = (path: string): string => readFileSync(join(projectRoot, path), "utf8");
const dockerfile = readText(`${composeFolder}/Dockerfile`).replaceAll("\\\n", " ");
/** Arguments of one instruction of the Dockerfile, in order. */
const instructions = (name: string): string[] => [...dockerfile.matchAll(new RegExp(`^${name} (.+)$`, "gm"))].map(([, words = ""]) => words);

describe("every container of compose.yaml", () => {
  test.each(named)("%s runs without rights, cannot change its files, and is limited", (_name, service) => {
    expect(service.read_only).toBe(true);
    expect(service.cap_drop).toEqual(["ALL"]);
    expect(service.security_opt).toEqual(["no-new-privileges:true"]);
    expect(Number(service.deploy.resources.limits.cpus)).toBeGreaterThan(0);
    expect(service.deploy.resources.limits.memory).toMatch(/^\d+[MG]$/);
  });

  test.each(named)("%s is checked for health and started again, unless it ends by design", (_name, service) => {
    const endsByDesign = named.some(([, { depends_on }]) => JSON.stringify(depends_on ?? {}).includes("completed") && service.restart === "no");
    expect(endsByDesign || (service.restart === "unless-stopped" && service.healthcheck !== undefined)).toBe(true);
  });

  test.each(named)("%s is of one exact version, or built here", (_name, service) => {
    if (service.build) expect(existsSync(join(projectRoot, composeFolder, service.build.context, service.build.dockerfile))).toBe(true);
    else expect(service.image).toMatch(/:v?\d+\.\d+\.\d+(-[a-z0-9.]+)?$/);
  });

  test.each(named)("%s mounts only what exists, and files only to be read", (_name, service) => {
    for (const { source, isVolume, isReadOnly } of mountsOf(service)) {
      if (isVolume) expect(Object.keys(volumes)).toContain(source);
      else expect({ source, exists: existsSync(join(projectRoot, source)), isReadOnly }).toEqual({ source, exists: true, isReadOnly: true });
    }
  });

  test.each(named)("%s is published on this machine only, and checks its health on the port it publishes", (_name, service) => {
    for (const { host, target } of portsOf(service)) {
      expect(host).toBe("127.0.0.1");
      const checked = /127\.0\.0\.1[:/](\d+)/.exec(service.healthcheck?.test.join(" ") ?? "")?.[1];
      if (checked !== undefined) expect(Number(checked)).toBe(target);
    }
  });

  test("and every declared volume is used", () => {
    const used = named.flatMap(([, service]) => mountsOf(service)).flatMap(({ source, isVolume }) => (isVolume ? [source] : []));
    expect(new Set(used)).toEqual(new Set(Object.keys(volumes)));
  });
});

describe("what compose.yaml says agrees with", () => {
  test("ops/addresses.json: people find everything where the mails say", () => {
    const addresses = readAddresses();
    const parts = { "link-service": addresses.linkService, prometheus: addresses.prometheus, alertmanager: addresses.alertmanager, grafana: addresses.grafana };
    for (const [name, address] of Object.entries({ ...parts, desk: addresses.runbooks }))
      expect({ name, ports: portsOf(services[name]!).map(({ host, published }) => `${host}:${published}`) }).toEqual({ name, ports: [new URL(address).host] });
    for (const name of ["prometheus", "alertmanager"] as const) expect(services[name]!.command).toContain(`--web.external-url=${addresses[name]}`);
  });

  test("the generated configurations: every host is a container, on the port it listens to", () => {
    const text = Object.values(composeFiles()).join("\n");
    const hosts = [...text.matchAll(/(?:- |smtp_smarthost: |http:\/\/)([a-z-]+):(\d+)/g)].map(([, host = "", port]) => ({ host, port: Number(port) }));
    expect(new Set(hosts.map(({ host }) => host))).toEqual(new Set(["link-service", "prometheus", "alertmanager", "mailpit", "desk"]));
    for (const { host, port } of hosts.filter(({ host }) => host !== "mailpit")) expect(portsOf(services[host]!).map(({ target }) => target)).toEqual([port]);
    expect(text).not.toContain("127.0.0.1");
  });

  test("the generated configurations: they are fresh, and what they refer to is mounted beside them", () => {
    for (const [path, written] of Object.entries(composeFiles())) expect({ path, text: readText(path) }).toEqual({ path, text: written });
    const targets = (name: string): string[] => mountsOf(services[name]!).map(({ target }) => target);
    expect(targets("prometheus")).toContain("/etc/prometheus/rules.yml");
    expect(targets("alertmanager")).toContain("/etc/alertmanager/mail.tmpl");
    const written = parse(composeFiles()[`${composeFolder}/prometheus.yml`]!) as { scrape_configs: { authorization?: { credentials_file: string } }[] };
    const keyFile = written.scrape_configs[0]?.authorization?.credentials_file ?? "";
    expect(services["keys"]!.command?.join(" ")).toContain(`> ${keyFile}.new && mv ${keyFile}.new ${keyFile};`);
    expect(mountsOf(services["prometheus"]!)).toContainEqual({ source: "keys", isVolume: true, target: "/keys", isReadOnly: true });
    expect(services["prometheus"]!.depends_on).toHaveProperty("keys", { condition: "service_completed_successfully" });
  });

  test("src/config.ts: every variable of the link service is a setting, and it asks for keys", () => {
    const environment = services["link-service"]!.environment ?? {};
    expect(Object.keys(environment).filter((name) => !settings.has(name))).toEqual([]);
    expect(environment).toMatchObject({ HOST: "0.0.0.0", AUTH: "on" });
    expect(portsOf(services["link-service"]!).map(({ target }) => String(target))).toEqual([environment["PORT"] ?? ""]);
    for (const name of ["keys", "link-service"])
      expect(mountsOf(services[name]!)).toContainEqual({ source: "store", isVolume: true, target: environment["DATA_DIR"] ?? "", isReadOnly: false });
  });

  test("Grafana's provisioning: the variable it asks for is set, the folder of boards is mounted", () => {
    const provisioning = ["dashboards/boards.yml", "datasources/prometheus.yml"].map((path) => readText(`ops/grafana/provisioning/${path}`)).join("\n");
    const asked = [...provisioning.matchAll(/\$\{(\w+)\}/g)].map(([, name]) => name ?? "");
    expect(asked.filter((name) => services["grafana"]!.environment?.[name] === undefined)).toEqual([]);
    const folder = /path: (\S+)/.exec(provisioning)?.[1];
    expect(mountsOf(services["grafana"]!)).toContainEqual({ source: "ops/grafana/dashboards", isVolume: false, target: folder ?? "", isReadOnly: true });
  });
});

describe("the Dockerfile", () => {
  test("copies only files that exist, and .dockerignore lets exactly them through", () => {
    const copied = instructions("COPY")
      .filter((words) => !words.startsWith("--from"))
      .flatMap((words) => words.split(" ").slice(0, -1));
    for (const path of copied) expect({ path, exists: existsSync(join(projectRoot, path)) }).toEqual({ path, exists: true });
    const allowed = [...readText(`${composeFolder}/Dockerfile.dockerignore`).matchAll(/^!(.+)$/gm)].map(([, path = ""]) => path);
    expect(copied.toSorted()).toEqual(allowed.toSorted());
  });

  test("copies whatever the build imports", () => {
    const copied = instructions("COPY").flatMap((words) => words.split(" ").slice(0, -1));
    const sources = [...new Bun.Glob("src/**/*.{ts,tsx}").scanSync(projectRoot)].filter((path) => !path.endsWith(".test.ts"));
    sources.push("scripts/build.ts", "scripts/embed-pages.ts");
    const imported = sources.flatMap((path) =>
      [...readText(path).matchAll(/ from "(\.[^"]+)"/g)].map(([, specifier = ""]) => posix.join(posix.dirname(path), specifier)),
    );
    expect(imported.length).toBeGreaterThan(100);
    expect(imported.filter((path) => !copied.some((top) => path === top || path.startsWith(`${top}/`)))).toEqual([]);
  });

  test("takes the executable from where npm run build puts it", () => {
    expect(readText("scripts/build.ts")).toContain(`"dist", "srenity"`);
    expect(instructions("COPY").at(-1)).toStartWith("--from=build /build/dist/srenity ");
  });

  test("ends as an ordinary user, with bases of one exact version and only real settings", () => {
    expect(instructions("USER")).toEqual(["10001:10001"]);
    for (const base of instructions("FROM")) expect(base).toMatch(/^[a-z]+:\d+\.\d+(\.\d+)?(-[a-z-]+)( AS build)?$/);
    const variables = instructions("ENV").flatMap((words) => words.split(" ").map((word) => word.split("=")[0] ?? ""));
    expect(variables.filter((name) => !settings.has(name))).toEqual([]);
  });

  test("owns the folders that volumes are mounted on, so that a new volume can be written", () => {
    const owned = /install -d -o srenity -g srenity (.+)$/m.exec(dockerfile)?.[1]?.split(" ") ?? [];
    for (const name of ["keys", "link-service"]) for (const { target } of mountsOf(services[name]!)) expect(owned).toContain(target);
  });
});
