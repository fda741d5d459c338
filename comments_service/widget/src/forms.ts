/** The part that is fetched when somebody goes to write, to subscribe, or to a comment's menu. */

import { Composer } from "./composer";
import type { Context } from "./context";
import { openMenu } from "./menu";
import { writing } from "./messages/en";
import { owned } from "./own";
import { posting } from "./posting";
import { speak as say } from "./speak";
import { subscribePanel } from "./subscribe";
import { cast } from "./voting";

/** What these forms say, put beside what the thread says already. */
export const speak = (context: Context): void => say(context, "writing", writing);

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
