import { signal } from "@preact/signals";
import { ask, type Answer, type Method } from "../parts/answer.ts";

/** Whether the desk asks who is there; the frame shows the question. */
export const signInAsked = signal(false);

const unauthorized = 401;

/** Changes something; without a sign-in the desk's refusal opens the question for the key. */
export async function write<T>(method: Exclude<Method, "GET">, path: string, body: unknown = {}): Promise<Answer<T>> {
  const answer = await ask<T>(method, path, method === "DELETE" ? undefined : body);
  if (!answer.isOk && answer.problem.status === unauthorized) signInAsked.value = true;
  return answer;
}
