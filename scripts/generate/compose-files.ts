import { parse } from "yaml";
import { type Addresses, readAddresses } from "./addresses.ts";
import { alertmanagerConfig } from "./alertmanager-config.ts";
import { prometheusConfig } from "./prometheus-config.ts";
import { yamlDocument } from "./yaml-document.ts";

/** Where `ops/compose/compose.yaml` puts the key that Prometheus reads metrics with. */
const keyFile = "/keys/prometheus";

/** Hosts are the names of services in `ops/compose/compose.yaml`; what people follow in mails stays as it is. */
function composeAddresses({ mailUser: _mailUser, isDeskGuarded: _isDeskGuarded, ...addresses }: Addresses): Addresses {
  return {
    ...addresses,
    linkService: "http://link-service:8080",
    desk: "http://desk:8081",
    prometheus: "http://prometheus:9090",
    alertmanager: "http://alertmanager:9093",
    mailServer: "mailpit:1025",
  };
}

/** The generated files of `ops/compose/`: text by path from the top folder. */
export function composeFiles(addresses: Addresses = readAddresses()): Record<string, string> {
  const inside = composeAddresses(addresses);
  const written = (content: object): string => yamlDocument("scripts/generate/compose-files.ts and ops/addresses.json", content);
  return {
    "ops/compose/prometheus.yml": written(withKey(prometheusConfig(inside))),
    "ops/compose/alertmanager.yml": written(withPlainMail(alertmanagerConfig(inside))),
  };
}

/** In a container the link service listens to more than itself, and so asks for a key. */
function withKey(config: string): object {
  const content = parse(config) as { scrape_configs: { job_name: string }[] };
  const authorization = { type: "Bearer", credentials_file: keyFile };
  return { ...content, scrape_configs: content.scrape_configs.map((scrape) => (scrape.job_name === "link-service" ? { ...scrape, authorization } : scrape)) };
}

/** Mailpit is reached on the private network of the containers and speaks no TLS there. */
function withPlainMail(config: string): object {
  const content = parse(config) as { global: object };
  return { ...content, global: { ...content.global, smtp_require_tls: false } };
}
