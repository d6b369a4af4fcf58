import { render } from "preact";
import { Empty } from "../parts/empty.tsx";
import { router } from "../parts/router.ts";
import { DeskFrame } from "./desk-frame.tsx";
import { deskRoutes } from "./desk-routes.tsx";
import { live } from "./live.ts";
import { signInAsked } from "./write.ts";

function Desk() {
  const { path } = router.place.value;
  const route = deskRoutes.find(({ pattern }) => pattern.test(path));
  if (live.isLocked.value) return <LockedPage />;
  return <DeskFrame>{route === undefined ? <NoPage /> : route.show(route.pattern.exec(path)?.[1] ?? "")}</DeskFrame>;
}

/** Before the sign-in there is nothing to see, so nothing is asked for. */
function LockedPage() {
  return (
    <DeskFrame>
      <h1 class="page-title">This desk asks who is there</h1>
      <Empty
        action={
          <button type="button" class="btn btn-primary" onClick={() => (signInAsked.value = true)}>
            Sign in
          </button>
        }
      >
        Its state, incidents and logs are shown after signing in. What the public may know is on the <a href="/status">status page</a>.
      </Empty>
    </DeskFrame>
  );
}

function NoPage() {
  return (
    <>
      <h1 class="page-title">No such page</h1>
      <Empty
        action={
          <a class="btn" href="/">
            See how it is now
          </a>
        }
      >
        The address leads nowhere.
      </Empty>
    </>
  );
}

router.start((path) => deskRoutes.some(({ pattern }) => pattern.test(path)));
void live.start();
const place = document.querySelector("#page");
place?.replaceChildren();
if (place !== null) render(<Desk />, place);
