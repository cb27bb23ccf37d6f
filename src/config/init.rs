//! The configuration that `burnwatch init` prints.

/// Commented: lines that start with `# ` explain, lines that start with `#` alone are settings to
/// switch on by taking the sign away.
pub const STARTER: &str = include_str!("starter.toml");

/// The starter with every setting switched on.
pub fn switched_on() -> String {
    let line = |line: &'static str| match line.strip_prefix('#') {
        Some(setting) if !setting.starts_with(' ') && !setting.is_empty() => setting,
        _ => line,
    };
    STARTER.lines().map(line).fold(String::new(), |text, line| text + line + "\n")
}
