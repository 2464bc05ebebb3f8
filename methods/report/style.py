"""The style sheet: light, dark, and on paper."""

LIGHT = """
  --paper: #fbfbf9; --card: #ffffff; --ink: #18212b; --soft: #5c6873; --line: #e3e6e8;
  --grid: #e9ecee; --same: #a3adb6; --worse: #d2562a; --better: #2b7bb9; --fail: #d2562a;
  --small: #d3e5e3; --large: #0e4a5c; --age: #7a8fa3; --flow: #cfe0e6; --edge: #2f7186;
"""

DARK = """
  --paper: #11161b; --card: #171d24; --ink: #e7ecf1; --soft: #99a6b2; --line: #2b343d;
  --grid: #252d35; --same: #66727e; --worse: #f0804f; --better: #5aa9e6; --fail: #f58a5a;
  --small: #21414b; --large: #a8e6dc; --age: #6d8296; --flow: #234350; --edge: #74b9c9;
"""

STYLE = f"""
:root {{ color-scheme: light dark; {LIGHT} }}
@media (prefers-color-scheme: dark) {{ :root {{ {DARK} }} }}
* {{ box-sizing: border-box; }}
body {{ margin: 0; background: var(--paper); color: var(--ink);
  font: 16px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial,
  sans-serif; font-variant-numeric: tabular-nums; }}
main {{ max-width: 1064px; margin: 0 auto; padding: 56px 32px 40px; }}
h1 {{ font-size: 40px; line-height: 1.1; letter-spacing: -0.02em; margin: 0 0 14px; }}
h2 {{ font-size: 22px; line-height: 1.25; letter-spacing: -0.01em; margin: 0 0 4px; }}
p {{ margin: 0 0 12px; }}
.kicker {{ color: var(--soft); font-size: 14px; margin: 0 0 10px; }}
.lede {{ font-size: 19px; max-width: 46em; margin: 0 0 28px; }}
.sub {{ color: var(--soft); max-width: 48em; margin: 0 0 18px; font-size: 15px; }}
section {{ margin: 56px 0 0; }}
.tiles {{ display: grid; grid-template-columns: repeat(auto-fit, minmax(180px, 1fr)); gap: 14px;
  margin: 0; padding: 0; }}
.tiles div {{ background: var(--card); border: 1px solid var(--line); border-radius: 10px;
  padding: 14px 18px 12px; }}
.tiles dt {{ color: var(--soft); font-size: 14px; }}
.tiles dd {{ margin: 0; font-size: 30px; line-height: 1.2; font-weight: 600;
  letter-spacing: -0.02em; }}
.tiles dd small {{ display: block; font-size: 13px; font-weight: 400; letter-spacing: 0;
  color: var(--soft); min-height: 20px; margin-top: 2px; }}
.wide {{ overflow-x: auto; }}
.wide > svg {{ min-width: 720px; }}
svg {{ display: block; width: 100%; height: auto; font-size: 14px; overflow: visible; }}
svg text {{ fill: var(--ink); }}
svg .tick, svg .note {{ fill: var(--soft); font-size: 13px; }}
svg .end {{ text-anchor: end; }}
svg .middle {{ text-anchor: middle; }}
svg .value {{ font-weight: 600; }}
svg .grid {{ stroke: var(--grid); }}
svg .axis {{ stroke: var(--soft); }}
svg .year {{ stroke: var(--paper); stroke-opacity: 0.55; }}
svg .mean {{ stroke: var(--ink); stroke-dasharray: 2 4; stroke-linecap: round; }}
svg .whisker {{ stroke: var(--ink); stroke-width: 1.4; stroke-opacity: 0.8; }}
svg .open {{ fill: none; }}
svg .hit {{ fill: transparent; }}
svg g:hover .hit {{ fill: var(--grid); fill-opacity: 0.6; }}
svg .worse {{ fill: var(--worse); }}
svg .better {{ fill: var(--better); }}
svg .same {{ fill: var(--same); }}
svg .age {{ fill: var(--age); }}
svg .fails {{ fill: var(--fail); }}
svg .layer {{ stroke: var(--paper); stroke-width: 1; }}
svg .flow {{ fill: var(--flow); }}
svg .edge {{ fill: none; stroke: var(--edge); stroke-width: 1.5; stroke-linejoin: round; }}
.legend {{ list-style: none; display: flex; flex-wrap: wrap; gap: 4px 20px; margin: 0 0 12px;
  padding: 0; font-size: 14px; }}
.legend li {{ display: flex; align-items: center; gap: 7px; }}
.legend i {{ width: 14px; height: 14px; border-radius: 3px; background: var(--same); }}
.legend .worse {{ background: var(--worse); }}
.legend .better {{ background: var(--better); }}
.legend .fails {{ background: var(--fail); }}
.small {{ display: grid; grid-template-columns: repeat(auto-fill, minmax(200px, 1fr));
  gap: 26px 28px; }}
figure {{ margin: 0; break-inside: avoid; }}
.small figcaption {{ font-size: 14px; line-height: 1.35; margin: 0 0 6px; }}
.small figcaption b {{ display: block; font-weight: 600; }}
.small figcaption span {{ color: var(--soft); font-size: 13px; }}
table {{ border-collapse: collapse; width: 100%; font-size: 14px; }}
caption {{ text-align: left; color: var(--soft); padding: 0 0 8px; }}
th, td {{ padding: 6px 10px; text-align: right; white-space: nowrap;
  border-bottom: 1px solid var(--line); }}
th {{ font-weight: 600; }}
thead th {{ color: var(--soft); font-weight: 500; vertical-align: bottom; }}
th:first-child, td:first-child {{ text-align: left; padding-left: 0; }}
.words {{ text-align: left; }}
td.words {{ white-space: normal; }}
td.whole, code {{ white-space: nowrap; }}
tfoot th, tfoot td {{ border-bottom: 0; font-weight: 600; }}
.few {{ color: var(--soft); }}
td.heat {{ background: color-mix(in oklab, var(--worse) var(--heat), transparent); }}
footer {{ margin: 64px 0 0; padding: 24px 0 0; border-top: 1px solid var(--line);
  font-size: 14px; color: var(--soft); }}
footer h2 {{ font-size: 16px; color: var(--ink); }}
footer table {{ margin: 12px 0 16px; }}
code {{ font: 13px/1.4 ui-monospace, "SF Mono", Menlo, Consolas, monospace; }}
@media (max-width: 640px) {{
  main {{ padding: 28px 16px; }} h1 {{ font-size: 30px; }} .lede {{ font-size: 17px; }}
  .tiles {{ grid-template-columns: repeat(2, 1fr); gap: 10px; }}
  .tiles div {{ padding: 12px 14px 8px; }} .tiles dd {{ font-size: 24px; }}
}}
@page {{ size: A4; margin: 14mm; }}
@media print {{
  :root {{ color-scheme: light; {LIGHT} --paper: #ffffff; }}
  * {{ print-color-adjust: exact; -webkit-print-color-adjust: exact; }}
  body {{ font-size: 12px; }}
  main {{ padding: 0; max-width: none; }}
  h1 {{ font-size: 28px; }} .lede {{ font-size: 15px; }}
  section {{ margin-top: 24px; }} h2 {{ font-size: 17px; }}
  section.whole {{ break-inside: avoid; }}
  .wide {{ overflow: visible; }} .wide > svg {{ min-width: 0; }}
  .tiles {{ grid-template-columns: repeat(4, 1fr); }}
  .tiles dd {{ font-size: 22px; }}
  .sub {{ font-size: 12px; margin-bottom: 10px; }} .legend {{ font-size: 11px; }}
  .small {{ grid-template-columns: repeat(5, 1fr); gap: 12px 16px; }}
  .small figcaption {{ font-size: 10px; }} .small figcaption span {{ font-size: 9px; }}
  footer {{ font-size: 10px; margin-top: 28px; padding-top: 14px; }} code {{ font-size: 9px; }}
  h2 {{ break-after: avoid; }}
  tr {{ break-inside: avoid; }}
  table {{ font-size: 9px; }} th, td {{ padding: 2px 5px; }}
}}
"""
