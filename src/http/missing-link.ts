import { Failure } from "../errors.ts";
import { problemReply } from "./problems.ts";

const headline = "This short link leads nowhere";
const page = (sentence: string): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<title>${headline}</title>
<link rel="stylesheet" href="/assets/page.css">
</head>
<body>
<main class="message">
<h1>${headline}</h1>
<p>${sentence}</p>
</main>
</body>
</html>
`;

const gone = page("It was mistyped, has expired, or was switched off by its owner. Check the address, or ask whoever sent it to you.");
const unavailable = page("The service cannot look it up at the moment. Please try again in a few seconds.");

/** Headers of a page that shows text and nothing else: no script, no frame, no form. */
const pageHeaders = {
  "Content-Type": "text/html; charset=utf-8",
  "Cache-Control": "no-store",
  "Content-Security-Policy": "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  "X-Content-Type-Options": "nosniff",
  "Referrer-Policy": "no-referrer",
};

/** The answer to a link that does not redirect: a readable page for a browser, a problem for a program. */
export function refuseRedirect(request: Request, requestId: string, failure: Failure): { response: Response; bytes: number } {
  const isBrowser = request.headers.get("accept")?.includes("text/html") ?? false;
  const reply = problemReply(failure, requestId);
  const body = isBrowser ? (failure.status === 404 ? gone : unavailable) : (reply.body as string);
  const headers = { ...reply.headers, "Cache-Control": "no-store", ...(isBrowser ? pageHeaders : {}), "X-Request-ID": requestId };
  const isHead = request.method === "HEAD";
  return { response: new Response(isHead ? null : body, { status: reply.status, headers }), bytes: isHead ? 0 : Buffer.byteLength(body) };
}
