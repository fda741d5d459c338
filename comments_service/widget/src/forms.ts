/** The part that is fetched when somebody goes to write, to subscribe, or to a comment's menu. */

import { Composer } from "./composer";
import type { Context } from "./context";
import { dress } from "./dress";
import { duration } from "./duration";
import css from "./forms.css";
import { openMenu } from "./menu";
import { writing } from "./messages/en";
import { owned } from "./own";
import { posting } from "./posting";
import { speak as say } from "./speak";
import { subscribePanel } from "./subscribe";
import { cast } from "./voting";

/** What these forms say and how they look, put beside what the thread has already: whoever fetches them calls
 * it before all else. */
export function speak(context: Context): void {
  dress(context, css);
  say(context, "writing", writing, duration);
}

export { cast, Composer, openMenu, owned, posting, subscribePanel };

export interface Forms {
  cast: typeof cast;
  Composer: typeof Composer;
  openMenu: typeof openMenu;
  owned: typeof owned;
  posting: typeof posting;
  speak: typeof speak;
  subscribePanel: typeof subscribePanel;
}
