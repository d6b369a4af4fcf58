import { readFileSync } from "node:fs";
import { join } from "node:path";

/** Where the parts of an installation are found; the operator's own, in `ops/addresses.json`. */
export interface Addresses {
  readonly linkService: string;
  readonly desk: string;
  /** Folder of the runbooks: the name of an alert is appended. */
  readonly runbooks: string;
  readonly prometheus: string;
  readonly alertmanager: string;
  readonly grafana: string;
  /** Host and port that take mail; anything but loopback must speak TLS unless `isMailPlain`. */
  readonly mailServer: string;
  readonly mailFrom: string;
  readonly pagesTo: string;
  readonly ticketsTo: string;
  /** Account at the mail server; its password is the file `smtp-password` of the folder of secrets, without an end of line. */
  readonly mailUser?: string;
  /** Whether the mail server is reached without TLS although it is another machine: for a network that is one's own. */
  readonly isMailPlain?: boolean;
  /** File with the key that Prometheus shows the link service; without it Prometheus shows none. */
  readonly metricsKeyFile?: string;
  /** Whether the desk asks webhooks for the token in the file `desk-token` of the folder of secrets. */
  readonly isDeskGuarded?: boolean;
  /** `secrets` unless given. Alertmanager 0.25 looks for the password from where it was started, for the token beside its configuration. */
  readonly secretsFolder?: string;
}

/** Reads the addresses that the generated files are made with. */
export function readAddresses(): Addresses {
  return JSON.parse(readFileSync(join(import.meta.dir, "../../ops/addresses.json"), "utf8")) as Addresses;
}
