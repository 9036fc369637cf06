"""Two hundred texts that somebody may send to see what happens. Each that could run would set ``window.hacked``."""

from __future__ import annotations

from typing import Final

ACT: Final = "window.hacked=1"
_HANDLERS: Final = [
    "onerror",
    "onload",
    "onclick",
    "onmouseover",
    "onfocus",
    "onanimationstart",
    "ontoggle",
    "onpointerenter",
    "onbeforeprint",
    "onhashchange",
]
_TAGS: Final = (
    "img src=x",
    "svg",
    "body",
    "details open",
    "input autofocus",
    "video src=x",
    "marquee",
    "select autofocus",
)
_MARKUP: Final = [
    f"<script>{ACT}</script>",
    f"<SCRIPT SRC=data:,{ACT}></SCRIPT>",
    f"</script><script>{ACT}</script>",
    f"</title><script>{ACT}</script>",
    f"</textarea><script>{ACT}</script>",
    f"--><script>{ACT}</script><!--",
    f"]]><script>{ACT}</script>",
    f"<scr<script>ipt>{ACT}</scr</script>ipt>",
    f"<iframe src=javascript:{ACT}></iframe>",
    f"<iframe srcdoc='<script>parent.{ACT}</script>'></iframe>",
    f"<object data=javascript:{ACT}></object>",
    f"<embed src=javascript:{ACT}>",
    f"<math><mtext><table><mglyph><style><img src=x onerror={ACT}>",
    f"<noscript><p title='</noscript><img src=x onerror={ACT}>'>",
    f"<svg><script>{ACT}</script></svg>",
    f"<svg><use href=\"data:image/svg+xml,<svg id=x xmlns='http://www.w3.org/2000/svg' onload='{ACT}'/>#x\"/>",
    f"<svg><animate onbegin={ACT} attributeName=x dur=1s>",
    f"<svg><a xlink:href=javascript:{ACT}><text y=9>a</text></a>",
    f"<a href=javascript:{ACT}>a</a>",
    f"<a href='java\tscript:{ACT}'>a</a>",
    f"<form action=javascript:{ACT}><button>a</button></form>",
    f"<template><script>{ACT}</script></template>",
    f"<link rel=stylesheet href='data:text/css,*{{display:none}}'><script>{ACT}</script>",
    f"<meta http-equiv=refresh content='0;url=javascript:{ACT}'>",
    "<base href=https://evil.example/>",
    "<style>*{display:none!important}</style>",
    "<div style='position:fixed;inset:0;background:red;z-index:99999'>",
    "</li></ol></section></div><h1>gone</h1>",
    "<plaintext>",
    "<!--",
    f'"><img src=x onerror={ACT}>',
    f"'><img src=x onerror={ACT}>",
    f"`-{ACT}-`",
    f'" onmouseover="{ACT}',
    f"' autofocus onfocus='{ACT}",
    f"&lt;script&gt;{ACT}&lt;/script&gt;",
    f"&#60;img src=x onerror={ACT}&#62;",
    f"%3Cscript%3E{ACT}%3C/script%3E",
    f"\\u003cscript\\u003e{ACT}\\u003c/script\\u003e",
    f"+ADw-script+AD4-{ACT}+ADw-/script+AD4-",
]
_LINKS: Final = [
    f"{scheme}{ACT}"
    for scheme in (
        "javascript:",
        "JaVaScRiPt:",
        " javascript:",
        "java\nscript:",
        "javascript://%0a",
        "vbscript:",
        "data:text/html,<script>",
        "data:text/javascript,",
        "view-source:javascript:",
        "https://evil.example/?",
        "//evil.example/",
        "file:///etc/passwd#",
        "blob:null/",
    )
]
_CODE: Final = [
    f"${{{ACT}}}",
    f"{{{{{ACT}}}}}",
    f"{{{{constructor.constructor('{ACT}')()}}}}",
    f"#{{{ACT}}}",
    f"<%= {ACT} %>",
    f"<?php {ACT} ?>",
    f"[[{ACT}]]",
    f"');{ACT};//",
    f'");{ACT};//',
    f"\\');{ACT};//",
    "__proto__",
    "constructor",
    "toString",
    "hasOwnProperty",
    "null",
    "undefined",
    "NaN",
    "[object Object]",
    '{"text":"<b>"}',
    "'; DROP TABLE entries; --",
    '" OR 1=1 --',
    "Robert'); DELETE FROM journal;--",
    "=cmd|' /C calc'!A0",
    "@SUM(1+1)*cmd",
    "../../../etc/passwd",
    "..\\..\\windows\\system32",
    "C:\\con\\con",
    "$(reboot)",
    "`reboot`",
    "; reboot #",
    "%s%s%s%n%n%n",
    "{0.__class__.__mro__}",
    "%(name)s {name} {title}",
    "\\x00\\u0000\\0",
]
_SIGNS: Final = [
    "\u202egnp.exe\u202c",
    "\u202e\u202d\u202b\u202a" * 20,
    "\u2066\u2067\u2068left open",
    "\u200f\u200eمرحبا بالعالم abc שלום",
    "זה טקסט 123 مخلوط 456",
    "Z" + "\u0335\u0322\u034f\u0489" * 60,
    "".join(one + "\u0300\u0301\u0302\u0303\u0304" * 8 for one in "zalgo"),
    "\u0489" * 500,
    "👩‍👩‍👧‍👦" * 40,
    "🔥" * 300,
    "🇨🇳🇺🇳🏴󠁧󠁢󠁥󠁮󠁧󠁿",
    "👍🏻👍🏿" * 20,
    "\ufeffBOM",
    "a\u200bb\u200cc\u200dd\u2060e",
    "\u00ad" * 100,
    "line\u2028separator\u2029paragraph",
    "\ufffe\uffff\ufdd0",
    "\ue000\uf8ff private",
    "\U000e0041\U000e0042 tags",
    "﷽" * 60,
    "𒐫" * 60,
    "ｆｕｌｌ ｗｉｄｔｈ ＜ｓｃｒｉｐｔ＞",
    "ⓕⓐⓝⓒⓨ 𝓽𝓮𝔁𝓽",
    "ปิ่่่่่่่่่่่่่่่่่่่่่่่่่่่่่่่่่",
    "漢字" * 200,
    "\u3000\u3000全角空格\u3000",
    "a\0b",
    "\0",
    "a\x1b[31mred\x1b[0m\x07",
    "\x08\x08\x08\x7f",
    "tab\ttab\r\nnew\nline",
    "\n" * 200,
    " " * 500 + "x",
    "~own-id",
    "x" * 10_000,
    "<b>" * 3_333,
    "&amp;" * 2_000,
    "(" * 5_000,
    "W" * 200,
    "\u0001\u0002\u0003\u0004",
]
_HANDLED: Final = [
    f"<{tag} {handler}={ACT}>" for number, tag in enumerate(_TAGS) for handler in _HANDLERS[number % 2 :]
]
PAYLOADS: Final = list(dict.fromkeys([*_MARKUP, *_LINKS, *_CODE, *_SIGNS, *_HANDLED]))[:200]


def as_originator(payload: str) -> str:
    """As much of it as a name may have."""
    return payload[:160]


def is_refused_as_originator(name: str) -> bool:
    """What the intake's own words forbid: nothing, signs of control, and ids that are the twin's own."""
    return not name or name.startswith("~") or any(one < " " for one in name)
