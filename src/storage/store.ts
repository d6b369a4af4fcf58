import type { LinkStats, StatsRange } from "./link-stats.ts";

/**
 * What a store does. `sqlite/` (and later `postgres/`) say how; `store.contract.ts` proves them alike.
 * Times are epoch milliseconds. A store answers expected outcomes as values and throws `Failure`
 * (`store_busy`, `store_full`, `store_damaged`, `store_unavailable`) when it cannot answer.
 */
export interface Store {
  readonly users: UserStore;
  readonly links: LinkStore;
  readonly clicks: ClickStore;
  readonly events: EventStore;
  readonly keys: KeyStore;
  readonly answers: AnswerStore;
  /** Named checks for /ready; never throws. */
  check(): Promise<StoreCheck[]>;
  /** One slice of background work, of at most about `budgetMs`; says whether more is waiting. */
  maintain(nowMs: number, budgetMs: number): Promise<boolean>;
  /** Calls back when another process has changed the store, so that caches can be dropped. */
  onForeignChange(listener: () => void): void;
  close(): Promise<void>;
}

export interface StoreCheck {
  name: string;
  isOk: boolean;
  detail: string;
}

/** A slice of a list in ascending id order: skip by `offset`, or start above `afterId`. */
export interface PageRequest {
  limit: number;
  offset: number;
  afterId?: number;
}

/** `total` is exact up to `totalCountLimit`; above, it is that limit and `isTotalExact` is false. */
export interface Page<T> {
  items: T[];
  total: number;
  isTotalExact: boolean;
}

/** Matches counted before a list stops counting. */
export const totalCountLimit = 10_000;

export interface User {
  id: number;
  username: string;
  email: string;
  createdAtMs: number;
}

export interface UserFilter {
  username?: string;
  email?: string;
}

/** A row of an import; `id` is honoured when present, and later ids continue above it. */
export interface ImportedUser {
  id?: number;
  username: string;
  email: string;
  createdAtMs: number;
  /** Set for a tombstone: the user is gone, links and events keep the id. */
  deletedAtMs?: number | null;
}

export type ExportedUser = Required<ImportedUser>;

/** What became of an imported row. `refused` carries the field and the reason. */
export type ImportOutcome = { outcome: "created" | "updated" | "unchanged"; id: number } | { outcome: "refused"; field: string; reason: string };

export interface UserStore {
  create(user: { username: string; email: string }, nowMs: number): Promise<{ outcome: "created"; user: User } | { outcome: "username_taken" | "email_taken" }>;
  get(id: number): Promise<User | null>;
  list(filter: UserFilter, page: PageRequest): Promise<Page<User>>;
  update(
    id: number,
    changes: { username?: string; email?: string },
  ): Promise<{ outcome: "updated"; user: User } | { outcome: "username_taken" | "email_taken" | "not_found" }>;
  /** The row stays as a tombstone without name and email; links and events stay listable. */
  delete(id: number, nowMs: number): Promise<boolean>;
  /** One transaction; a repeated name is kept, a row with a known id changes that user. */
  importBatch(rows: ImportedUser[]): Promise<ImportOutcome[]>;
  /** All users, tombstones included, above `afterId`, in id order. */
  exportBatch(afterId: number, limit: number): Promise<ExportedUser[]>;
}

export interface Link {
  id: number;
  userId: number;
  shortCode: string;
  originalUrl: string;
  title: string | null;
  isActive: boolean;
  expiresAtMs: number | null;
  maxClicks: number | null;
  /** Every click ever answered, bots included. */
  clicks: number;
  tags: string[];
  createdAtMs: number;
  updatedAtMs: number;
}

/** What the redirect path needs of a link, kept in its cache. */
export interface RedirectTarget {
  id: number;
  shortCode: string;
  originalUrl: string;
  /** Counts the destinations a link has had; a click keeps it, so that history stays true after a change. */
  destinationVersion: number;
  isActive: boolean;
  expiresAtMs: number | null;
  /** Clicks are checked against a maximum in the transaction that commits them. */
  isLimited: boolean;
}

export interface LinkFilter {
  userId?: number;
  isActive?: boolean;
  shortCode?: string;
  title?: string;
  tag?: string;
  /** Words that must all begin a word of code, title or address. */
  words?: string;
}

export interface NewLink {
  userId: number;
  shortCode: string;
  originalUrl: string;
  /** `originalUrl` as compared for deduplication. */
  normalizedUrl: string;
  title: string | null;
  expiresAtMs: number | null;
  maxClicks: number | null;
  tags: string[];
  /** Return the owner's active, unlimited link to the same normalised address instead. */
  dedupe: boolean;
}

export interface LinkChanges {
  title?: string | null;
  isActive?: boolean;
  originalUrl?: string;
  normalizedUrl?: string;
  expiresAtMs?: number | null;
  maxClicks?: number | null;
  tags?: string[];
}

export type CreateLinkResult = { outcome: "created" | "duplicate"; link: Link } | { outcome: "user_unknown" | "code_taken" | "code_retired" };

export interface ImportedLink {
  id?: number;
  userId: number;
  shortCode: string;
  originalUrl: string;
  normalizedUrl: string;
  title: string | null;
  isActive: boolean;
  expiresAtMs: number | null;
  maxClicks: number | null;
  tags: string[];
  /** Clicks counted elsewhere, for which there are no events. */
  earlierClicks: number;
  createdAtMs: number;
  updatedAtMs: number;
  /** Set for a tombstone: the code is retired and never answers. */
  deletedAtMs: number | null;
}

export type ExportedLink = ImportedLink & { id: number };

export interface LinkStore {
  /** Deleted links are not found. */
  find(shortCode: string): Promise<RedirectTarget | null>;
  get(id: number): Promise<Link | null>;
  list(filter: LinkFilter, page: PageRequest): Promise<Page<Link>>;
  /** Writes the event `created` in the same transaction. The code is taken for ever, deleted or not. */
  create(link: NewLink, nowMs: number): Promise<CreateLinkResult>;
  /** Writes the event `updated` with old and new values of what changed; nothing changed, nothing written. */
  update(id: number, changes: LinkChanges, nowMs: number): Promise<{ outcome: "updated" | "unchanged"; link: Link } | { outcome: "not_found" }>;
  /** Writes the event `deleted`; returns the retired code, or null when there is no such link. */
  delete(id: number, nowMs: number): Promise<string | null>;
  /** One transaction, no events; a row with a known id or code and the same content is `unchanged`. */
  importBatch(rows: ImportedLink[]): Promise<ImportOutcome[]>;
  /** All links, tombstones included, above `afterId`, in id order. */
  exportBatch(afterId: number, limit: number): Promise<ExportedLink[]>;
}

/** One answered redirect. */
export interface Click {
  urlId: number;
  destinationVersion: number;
  isLimited: boolean;
  atMs: number;
  isBot: boolean;
  referrer: string | null;
  userAgent: string | null;
  clientAddress: string | null;
}

export interface ClickCommit {
  /** Positions in the batch whose limited link was used up, and which were therefore not written. */
  refused: number[];
}

export interface ClickStore {
  /**
   * Commits a batch in one transaction and does not wait for a lock.
   *
   * @param batchId names a batch that may be sent again: a second commit under the same name writes nothing
   */
  commit(clicks: readonly Click[], batchId?: string): Promise<ClickCommit>;
  /** From roll-ups, complete up to the moment of the call. Null when there is no such link. */
  stats(urlId: number, range: StatsRange): Promise<LinkStats | null>;
  /** Clicks committed but not yet rolled up. */
  rollupLag(): number;
}

export interface StoredEvent {
  id: number;
  urlId: number | null;
  userId: number | null;
  type: string;
  atMs: number;
  details: Record<string, unknown>;
}

export interface EventFilter {
  urlId?: number;
  userId?: number;
  type?: string;
  fromMs?: number;
  toMs?: number;
}

export type ImportedEvent = Omit<StoredEvent, "id"> & { id?: number };

export interface EventStore {
  create(
    event: { urlId: number; userId: number; type: string; details: Record<string, unknown> },
    nowMs: number,
  ): Promise<{ outcome: "created"; event: StoredEvent } | { outcome: "url_unknown" | "user_unknown" }>;
  get(id: number): Promise<StoredEvent | null>;
  /** Clicks are events too, readable as soon as they are committed. */
  list(filter: EventFilter, page: PageRequest): Promise<Page<StoredEvent>>;
  importBatch(rows: ImportedEvent[]): Promise<ImportOutcome[]>;
}

export type Role = "admin" | "editor" | "viewer";

export interface Key {
  id: number;
  name: string;
  role: Role;
  createdAtMs: number;
  expiresAtMs: number | null;
  revokedAtMs: number | null;
  lastUsedAtMs: number | null;
}

export interface KeyStore {
  /** `hash` is the SHA-256 of the secret, in hex; the secret itself is never stored. */
  create(key: { name: string; role: Role; hash: string; expiresAtMs: number | null }, nowMs: number): Promise<Key>;
  list(): Promise<Key[]>;
  /** Null for unknown, expired and revoked keys. */
  verify(hash: string, nowMs: number): Promise<Key | null>;
  revoke(id: number, nowMs: number): Promise<boolean>;
}

/** The first answer to a request with an Idempotency-Key. */
export interface Answer {
  status: number;
  headers: Record<string, string>;
  body: string;
}

export interface AnswerStore {
  /** Takes the key for this request, or says what is known of it. */
  reserve(
    key: string,
    requestHash: string,
    nowMs: number,
  ): Promise<{ outcome: "reserved" | "mismatch" | "in_progress" } | { outcome: "answered"; answer: Answer }>;
  complete(key: string, answer: Answer): Promise<void>;
  /** Gives a reserved key back after a request that failed on our side. */
  release(key: string): Promise<void>;
}
