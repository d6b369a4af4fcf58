import { type CertificateSeen, readCertificate } from "../network/read-certificate.ts";

/** How often the certificate is looked at; after a failure sooner. In milliseconds. */
const lookEveryMs = 3_600_000;
const retryAfterMs = 60_000;

export interface CertificateWatch {
  /** The public address; only https has a certificate. */
  baseUrl: string | null;
  /** Told at every look: when the certificate expires, in milliseconds since 1970, or why it cannot be read. */
  report(seen: CertificateSeen): void;
}

/** Looks at the certificate that the public address presents, now and then every hour, until stopped. */
export function watchCertificate({ baseUrl, report }: CertificateWatch): { stop(): void } {
  const address = baseUrl === null ? null : new URL(baseUrl);
  if (address?.protocol !== "https:") return { stop: () => undefined };
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isStopped = false;
  const look = async (): Promise<void> => {
    const seen = await readCertificate(address);
    if (isStopped) return;
    report(seen);
    timer = setTimeout(() => void look(), "fault" in seen ? retryAfterMs : lookEveryMs);
    timer.unref();
  };
  void look();
  return {
    stop: () => {
      isStopped = true;
      clearTimeout(timer);
    },
  };
}
