//! Texts that want to be more than text: what drives a terminal, a spreadsheet, a page, a shell, a file system, another program.

/// Each with its name. `LONG` stands for a hundred thousand letters, see [`spelled`].
pub const TEXTS: [(&str, &str); 52] = [
    ("csi", "\u{1b}[31mred\u{1b}[2J"),
    ("osc", "\u{1b}]0;title\u{7}"),
    ("osc 52", "\u{1b}]52;c;cm0gLXJm\u{1b}\\"),
    ("c1 csi", "a\u{9b}2Jb"),
    ("c1 osc", "a\u{9d}0;t\u{9c}b"),
    ("backspace", "abc\u{8}\u{8}\u{8}xyz"),
    ("bell and delete", "a\u{7}b\u{7f}"),
    ("nul", "a\u{0}b"),
    ("line feed", "a\nb"),
    ("return", "a\rb"),
    ("return and line feed", "a\r\nINJECTED,1,2"),
    ("tabulator", "a\tb"),
    ("right-to-left override", "a\u{202e}txt.exe"),
    ("isolate", "a\u{2066}b\u{2069}"),
    ("arabic letter mark", "a\u{61c}b"),
    ("zero width", "a\u{200b}b"),
    ("joiner", "👩\u{200d}💻"),
    ("emoji", "🏳 flag 👍🏽"),
    ("line separator", "a\u{2028}b\u{2029}c"),
    ("next line", "a\u{85}b"),
    ("byte-order mark", "\u{feff}a"),
    ("soft hyphen", "a\u{ad}b"),
    ("hangul filler", "a\u{3164}b"),
    ("tag letters", "a\u{e0041}\u{e007f}"),
    ("replacement", "a\u{fffd}b"),
    ("combining", "Z\u{351}\u{36b}\u{343}\u{36a}\u{302}a\u{315}\u{30d}l\u{33f}g\u{304}o"),
    ("hebrew", "שלום 123 abc"),
    ("equals", "=1+1"),
    ("plus", "+cmd|' /C calc'!A0"),
    ("minus", "-2+3"),
    ("at", "@SUM(A1:A9)"),
    ("hidden equals", " \u{a0}=1+1"),
    ("full-width equals", "＝1+1"),
    ("full-width plus", "＋1"),
    ("full-width minus", "－1"),
    ("full-width at", "＠SUM(1)"),
    ("hyperlink", "=HYPERLINK(\"http://x.example\",\"y\")"),
    ("script", "<script>window.hit=1</script>"),
    ("image", "\"><img src=x onerror=\"window.hit=1\">"),
    ("attribute", "' onmouseover='window.hit=1' x='"),
    ("end of title", "</title></style></textarea><svg onload=window.hit=1>"),
    ("entities", "&lt;b&gt; &amp;amp; &#x3c;script&#x3e;"),
    ("cdata", "]]> <!-- --> <?php x ?>"),
    ("template", "${7*7} {{7*7}} #{7*7} %s%n {today}"),
    ("backticks", "`id` $(id) ;rm -rf / | sh & > x"),
    ("quotes", "a'b\"c’d“e\\"),
    ("sql", "'; DROP TABLE record; -- \" OR 1=1"),
    ("markdown", "| a | **b** | [x](javascript:window.hit=1) `c` ~~d~~ # e"),
    ("csv", "a,\"b\",;c\",\"d"),
    ("path", "../../../../../../etc/passwd"),
    ("journal", "x ; y: z  @@ 5 USD [2017-01-01] :a:b: | (c) * !"),
    ("LONG", "x"),
];

/// The text itself.
pub fn spelled((name, text): (&str, &str)) -> String {
    if name == "LONG" { text.repeat(100_000) } else { text.to_owned() }
}

/// What in a printed text could drive a terminal, turn text around, hide, or end a line where none ends.
pub fn drives(letter: char) -> bool {
    letter.is_control() && letter != '\n'
        || matches!(letter, '\u{ad}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{feff}' | '\u{e0000}'..='\u{e007f}')
}

/// Whether a spreadsheet would run the cell: it begins as a formula does, and is no number.
pub fn runs(cell: &str) -> bool {
    cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠']) && cell.parse::<f64>().is_err()
}
