import { type Addresses, readAddresses } from "./addresses.ts";
import { alertmanagerConfig } from "./alertmanager-config.ts";
import { prometheusConfig } from "./prometheus-config.ts";

/**
 * Hosts are the names of services in `ops/compose/compose.yaml`; what people follow in mails stays as it is. In a container the link
 * service listens to more than itself, and so asks for a key; Mailpit is reached on the private network of the containers.
 */
function composeAddresses({ mailUser: _mailUser, isDeskGuarded: _isDeskGuarded, ...addresses }: Addresses): Addresses {
  return {
    ...addresses,
    linkService: "http://link-service:8080",
    desk: "http://desk:8081",
    prometheus: "http://prometheus:9090",
    alertmanager: "http://alertmanager:9093",
    mailServer: "mailpit:1025",
    isMailPlain: true,
    metricsKeyFile: "/keys/prometheus",
  };
}

/** The generated files of `ops/compose/`: text by path from the top folder. */
export function composeFiles(addresses: Addresses = readAddresses()): Record<string, string> {
  const inside = composeAddresses(addresses);
  return {
    "ops/compose/prometheus.yml": prometheusConfig(inside),
    "ops/compose/alertmanager.yml": alertmanagerConfig(inside),
  };
}
