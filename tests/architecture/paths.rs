//! The paths that a source file mentions, found without a parser.

/// Every path of two parts or more with its line, `use` groups spread out; comments and literals are left out.
pub(crate) fn paths(text: &str) -> Vec<(usize, Vec<String>)> {
    let tokens = tokens(text);
    let mut found = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        if tokens[at].is_word() { at = tree(&tokens, at, &[], &mut found) } else { at += 1 }
    }
    found
}

#[derive(Debug, PartialEq)]
struct Token {
    line: usize,
    text: String,
}

impl Token {
    fn is_word(&self) -> bool {
        self.text.starts_with(|c: char| c.is_alphanumeric() || c == '_' || c == '*')
    }
}

/// Reads the path that starts at `at` under `prefix`, and tells where it ends.
fn tree(tokens: &[Token], mut at: usize, prefix: &[String], found: &mut Vec<(usize, Vec<String>)>) -> usize {
    let mut path = prefix.to_vec();
    let line = tokens[at].line;
    loop {
        path.push(tokens[at].text.clone());
        at += 1;
        if tokens.get(at).is_none_or(|token| token.text != "::") {
            break;
        }
        at += 1;
        match tokens.get(at) {
            Some(token) if token.text == "{" => return group(tokens, at + 1, &path, found),
            Some(token) if token.is_word() => {}
            _ => break,
        }
    }
    if path.len() > 1 || crate::BANNED.contains(&[path[0].as_str()].as_slice()) {
        found.push((line, path));
    }
    at
}

fn group(tokens: &[Token], mut at: usize, prefix: &[String], found: &mut Vec<(usize, Vec<String>)>) -> usize {
    while let Some(token) = tokens.get(at) {
        if token.text == "}" {
            return at + 1;
        }
        at = if token.is_word() { tree(tokens, at, prefix, found) } else { at + 1 };
    }
    at
}

/// Words, `::`, braces and everything else by the character, without comments, strings and characters.
fn tokens(text: &str) -> Vec<Token> {
    let mut found = Vec::new();
    for (index, line) in blank_literals(text).lines().enumerate() {
        let mut rest = line;
        while let Some(first) = rest.chars().next() {
            let is_word = |c: char| c.is_alphanumeric() || c == '_';
            let length = if is_word(first) {
                rest.find(|c| !is_word(c)).unwrap_or(rest.len())
            } else if rest.starts_with("::") {
                2
            } else {
                first.len_utf8()
            };
            if !first.is_whitespace() {
                found.push(Token { line: index + 1, text: rest[..length].to_owned() });
            }
            rest = &rest[length..];
        }
    }
    found
}

/// The same text with comments and literals made blank; line breaks stay.
fn blank_literals(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let skip = literal(rest);
        if skip == 0 {
            out.push(first);
            rest = &rest[first.len_utf8()..];
        } else {
            out.extend(rest[..skip].chars().map(|c| if c == '\n' { '\n' } else { ' ' }));
            rest = &rest[skip..];
        }
    }
    out
}

/// How many bytes of comment, string or character `rest` begins with.
fn literal(rest: &str) -> usize {
    let until = |from: usize, end: &str| rest[from..].find(end).map_or(rest.len(), |i| from + i + end.len());
    if rest.starts_with("//") {
        return rest.find('\n').unwrap_or(rest.len());
    }
    if rest.starts_with("/*") {
        return until(2, "*/");
    }
    if let Some(hashes) = ["r\"", "r#\"", "r##\""].iter().position(|start| rest.starts_with(start)) {
        return until(hashes + 2, &format!("\"{}", "#".repeat(hashes)));
    }
    match rest.as_bytes() {
        [b'"', ..] => 1 + closing(&rest[1..], '"'),
        [b'\'', b'\\', ..] => 1 + closing(&rest[1..], '\''),
        [b'\'', ..] => {
            let mut letters = rest[1..].char_indices();
            letters.next();
            // A character closes at once; a lifetime does not.
            letters.next().filter(|(_, c)| *c == '\'').map_or(0, |(at, _)| at + 2)
        }
        _ => 0,
    }
}

fn closing(text: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, c) in text.char_indices() {
        if c == quote && !escaped {
            return at + 1;
        }
        escaped = c == '\\' && !escaped;
    }
    text.len()
}
