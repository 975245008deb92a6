// The script of every page. Each part does nothing where its mark is absent, and every page works
// without any of them.
import { cover } from "./cover";
import { desk } from "./desk";
import { draft } from "./draft";
import { find } from "./find";
import { hotline } from "./hotline";
import { keys } from "./keys";
import { live } from "./live";
import { locate } from "./locate";
import { offline } from "./offline";
import { once } from "./once";
import { push } from "./push";
import { route } from "./route";
import { showWhen } from "./show-when";

offline();
push();
once();
showWhen();
find();
locate();
draft();
keys();
live();
desk();
cover();
hotline();
route();
