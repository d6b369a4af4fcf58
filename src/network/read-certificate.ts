import { isIP } from "node:net";
import { connect } from "node:tls";

/** Longest wait for the handshake, in milliseconds. */
const handshakeTimeoutMs = 5_000;

/** When a certificate expires, in milliseconds since 1970, or why it cannot be read. */
export type CertificateSeen = { readonly notAfterMs: number } | { readonly fault: string };

/** Reads the certificate that an https address presents. An expired or foreign one is read as well: to say so is the purpose. */
export async function readCertificate(address: URL): Promise<CertificateSeen> {
  try {
    return await shakeHands(address);
  } catch (error) {
    return { fault: (error as Error).message };
  }
}

async function shakeHands({ hostname, port }: URL): Promise<CertificateSeen> {
  const host = hostname.replace(/^\[|\]$/g, "");
  const { promise, resolve } = Promise.withResolvers<CertificateSeen>();
  const socket = connect({
    host,
    port: port === "" ? 443 : Number(port),
    rejectUnauthorized: false,
    ...(isIP(host) ? {} : { servername: host }),
  });
  const timer = setTimeout(() => resolve({ fault: `no handshake within ${handshakeTimeoutMs} ms` }), handshakeTimeoutMs);
  socket.on("error", (error) => resolve({ fault: error.message }));
  socket.once("close", () => resolve({ fault: "the connection closed before its handshake" }));
  socket.once("secureConnect", () => {
    const notAfterMs = Date.parse(socket.getPeerCertificate().valid_to);
    resolve(Number.isNaN(notAfterMs) ? { fault: "the certificate names no end of its validity" } : { notAfterMs });
  });
  try {
    return await promise;
  } finally {
    clearTimeout(timer);
    socket.destroy();
  }
}
