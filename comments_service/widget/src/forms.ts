/** The part that is fetched when somebody goes to write, to subscribe, or to a comment's menu. */

import { Composer } from "./composer";
import type { Context } from "./context";
import { askToDelete } from "./deleting";
import { openMenu } from "./menu";
import { writing } from "./messages/en";
import { editing, posting } from "./posting";
import { speak as say } from "./speak";
import { subscribePanel } from "./subscribe";
import { cast } from "./voting";

/** What these forms say, put beside what the thread says already. */
export const speak = (context: Context): void => say(context, writing);

export { askToDelete, cast, Composer, editing, openMenu, posting, subscribePanel };

export interface Forms {
  askToDelete: typeof askToDelete;
  cast: typeof cast;
  Composer: typeof Composer;
  editing: typeof editing;
  openMenu: typeof openMenu;
  posting: typeof posting;
  speak: typeof speak;
  subscribePanel: typeof subscribePanel;
}
