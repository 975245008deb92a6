// The script of every page. Each part does nothing where its mark is absent, and every page works
// without any of them.
import { desk } from "./desk";
import { draft } from "./draft";
import { keys } from "./keys";
import { live } from "./live";
import { locate } from "./locate";
import { once } from "./once";
import { showWhen } from "./show-when";

once();
showWhen();
locate();
draft();
keys();
live();
desk();
