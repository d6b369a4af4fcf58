/** What became of the synthetic requests. */
export interface TrafficFigures {
  sent: number;
  /** Answers below 500, and others. */
  answered: number;
  failed: number;
  /** No answer: refused, reset, or too late. */
  unanswered: number;
  /** Not sent, because too many were under way. */
  heldBack: number;
}

export interface Traffic {
  figures(): TrafficFigures;
  /** Sends nothing more, and waits for what is under way. */
  stop(): Promise<void>;
}

interface TrafficParts {
  /** Where the link service answers. */
  address: string;
  requestsPerSecond: number;
  /** A number from 0 to 1. */
  random: () => number;
}

/** Longest wait for one answer, in milliseconds. */
const answerTimeoutMs = 3_000;
/** Most requests under way at once; a service that hangs must not collect them. */
const underWayMost = 32;
/** Links made at first, and the different destinations later creations ask for. */
const linksFirst = 50;
const destinationsMost = 500;
/** Most codes that redirects are drawn from. */
const codesMost = 600;

type Send = (path: string, body?: object) => Promise<Response | null>;

/** One kind of request and how many of a hundred are of it. */
const mix = [
  { kind: "redirect", share: 80 },
  { kind: "missing", share: 5 },
  { kind: "create", share: 3 },
  { kind: "list", share: 6 },
  { kind: "statistics", share: 6 },
] as const;
type Kind = (typeof mix)[number]["kind"];

/** Sends a mild mixture of redirects, unknown codes, creations, lists and statistics until stopped. */
export function startTraffic({ address, requestsPerSecond, random }: TrafficParts): Traffic {
  const figures: TrafficFigures = { sent: 0, answered: 0, failed: 0, unanswered: 0, heldBack: 0 };
  const underWay = new Set<Promise<unknown>>();
  const links: { id: number; code: string }[] = [];
  let owner: number | null = null;
  let made = 0;

  const send: Send = async (path, body) => {
    figures.sent++;
    try {
      const response = await fetch(`${address}${path}`, {
        redirect: "manual",
        signal: AbortSignal.timeout(answerTimeoutMs),
        ...(body ? { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) } : {}),
      });
      figures[response.status < 500 ? "answered" : "failed"]++;
      return response;
    } catch {
      figures.unanswered++;
      return null;
    }
  };

  const create = async (number: number): Promise<void> => {
    owner ??= await findOwner(send);
    if (owner === null) return;
    const response = await send("/urls", { user_id: owner, original_url: `https://example.org/articles/${number}`, title: `Article ${number}` });
    const link = (await readJson(response)) as { id?: number; short_code?: string } | null;
    if (link?.id === undefined || link.short_code === undefined || links.some(({ id }) => id === link.id)) return;
    if (links.length < codesMost) links.push({ id: link.id, code: link.short_code });
  };

  const act = async (kind: Kind): Promise<void> => {
    if (links.length < linksFirst) return create(made++);
    const link = links[popular(random(), links.length)];
    if (kind === "create" || link === undefined) return create(made++ % destinationsMost);
    const path: Record<Exclude<Kind, "create">, string> = {
      redirect: `/${link.code}`,
      missing: `/lost-${Math.floor(random() * 100)}`,
      list: "/urls?per_page=20",
      statistics: `/urls/${link.id}/stats`,
    };
    await (await send(path[kind]))?.arrayBuffer().catch(() => null);
  };

  const timer = setInterval(() => {
    if (underWay.size >= underWayMost) return void figures.heldBack++;
    const acting: Promise<void> = act(drawKind(random())).finally(() => underWay.delete(acting));
    underWay.add(acting);
  }, 1_000 / requestsPerSecond);

  return {
    figures: () => ({ ...figures }),
    stop: async () => {
      clearInterval(timer);
      await Promise.allSettled(underWay);
    },
  };
}

/** The place of a link by its popularity: the first is asked for about as often as the second and third together. */
function popular(share: number, count: number): number {
  return Math.min(count - 1, Math.floor((count + 1) ** share) - 1);
}

function drawKind(share: number): Kind {
  let left = share * mix.reduce((sum, { share }) => sum + share, 0);
  return mix.find((each) => (left -= each.share) < 0)?.kind ?? "redirect";
}

async function readJson(response: Response | null): Promise<unknown> {
  return response === null ? null : response.json().catch(() => null);
}

/** The id of the user that owns the synthetic links, made when absent; null when the service does not answer. */
async function findOwner(send: Send): Promise<number | null> {
  const made = await send("/users", { username: "observer", email: "observer@example.org" });
  if (made?.status === 201) return ((await readJson(made)) as { id: number } | null)?.id ?? null;
  await made?.arrayBuffer().catch(() => null);
  const found = (await readJson(await send("/users?username=observer"))) as { id: number }[] | null;
  return Array.isArray(found) ? (found[0]?.id ?? null) : null;
}
