import { AskedContent } from "../parts/asked-content.tsx";
import { notifyProblem } from "../parts/notices.tsx";
import { Panel } from "../parts/panel.tsx";
import { useAnswer } from "../parts/use-answer.ts";
import { signInAsked, write } from "./write.ts";

/** Under which name changes are told. */
export function SessionPanel() {
  const asked = useAnswer<{ author: string | null; isOpen: boolean }>("/api/session");
  const isAsking = signInAsked.value;
  async function signOut(): Promise<void> {
    const answer = await write("DELETE", "/api/session");
    if (!answer.isOk) notifyProblem("Still signed in", answer.problem);
    asked.reload();
  }
  return (
    <Panel title="Sign-in">
      <AskedContent asked={asked} what="The sign-in" rows={1}>
        {({ author, isOpen }) => (
          <div class="row">
            <p class="row-main">
              {isOpen && `Open: this desk listens on this machine only, so everyone on it may change things. They are told as by “${author ?? "operator"}”.`}
              {!isOpen && (author === null ? "Not signed in: you can look, but not change anything." : `Signed in as ${author}.`)}
            </p>
            {!isOpen && author === null && !isAsking && (
              <button type="button" class="btn btn-sm" onClick={() => (signInAsked.value = true)}>
                Sign in
              </button>
            )}
            {!isOpen && author !== null && (
              <button type="button" class="btn btn-sm" onClick={() => void signOut()}>
                Sign out
              </button>
            )}
          </div>
        )}
      </AskedContent>
    </Panel>
  );
}
