"""What the help tells beside the keys: short texts, each about one thing that people want to do."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Topic:
    """A text: its name in `axtui help NAME --tui`, its title, and Markdown."""

    name: str
    title: str
    text: str


TOPICS = (
    Topic(
        "around",
        "Getting around",
        """
The keys **1** to **8** lead to the screens. **Enter** opens what is under the cursor, **Backspace** goes
back to where you were, **Alt+→** forward again. The second line at the top is the command that opens the
very same place from a shell; **Ctrl+Y** copies it.

**:** (or Ctrl+P) opens the palette: type a few letters of an action, a job, a dataset or a result.
**?** shows the keys of the screen you are at; type there to search them. **Tab** goes to the next part of a
screen, the mouse works everywhere, **j k g G** beside the arrows.
""",
    ),
    Topic(
        "rebuild",
        "Rebuild on save",
        """
Save a method, a module it imports, a build script, an input file or `axtui.toml`: axtui finds the jobs that
this affects, says why, how many are re-used and what it will cost by history, and builds. A newer save stops
what it made obsolete and nothing else. A syntax error is shown with its line, and nothing is rebuilt until
it is mended.

`watch = "auto"` in `axtui.toml` builds at once, `"ask"` waits for **B**, `"off"` does nothing; on the
dashboard **m** changes it for now. Screen **7** runs any build script by hand.
""",
    ),
    Topic(
        "failure",
        "When something fails",
        """
A failure stays on the dashboard (**1**) until you have seen it. **Enter** opens the job at its error: your
own traceback, the slice that failed, what it printed last and what it was doing at that moment. Mend the
file and save it: the job is built again.
""",
    ),
    Topic(
        "why",
        "Why was it built?",
        """
Every job knows the first thing in which it differs from the one it replaced: source, option, input,
environment. **w** on a job shows it with all old and new values; the tab *Source* shows the difference in
the code. In a shell: `axtui why JOB`.
""",
    ),
    Topic(
        "walk",
        "From a result to the raw data",
        """
Screen **6** lists the results. **Enter** on one opens the job behind it, **p** its provenance: a tree up to
the input files and down to all that came of it. Enter opens whatever is under the cursor.
""",
    ),
    Topic(
        "sql",
        "Ask in SQL",
        """
Screen **5** asks the catalog and every dataset, read-only: `jobs`, `datasets`, `failures` and more, and
`dataset('dev-3')` or `chain('dev-3')` for rows. **F5** (or Ctrl+J) runs the statement under the cursor, Esc
leaves the editor, **e** exports, **c** draws a chart. Saved queries are `.sql` files in the folder `queries`.
""",
    ),
    Topic(
        "words",
        "Words",
        """
- **method**: a file `a_NAME.py`; what jobs run
- **build script**: a file `build_NAME.py`; it asks for jobs
- **job**: one run of a method and all it left; its id is like `dev-12`
- **slice**: a part of the data, and the process that works on it
- **dataset**: a table that belongs to a job, one Parquet file per slice
- **chain**: datasets that follow one another
- **result**: a file of a job that is linked into the results folder
- **re-used**: a job was found that is exactly what was asked for, so nothing ran
""",
    ),
)


def topic(name: str) -> Topic | None:
    """The topic of a name."""
    return next((one for one in TOPICS if one.name == name), None)
