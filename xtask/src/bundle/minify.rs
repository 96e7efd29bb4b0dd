//! Makes scripts smaller: with esbuild where it is to be had, else by what is safe without
//! understanding them. What a script does stays the same.

use std::fs;
use std::path::PathBuf;

use crate::error::Error;
use crate::run::Run;

/// Whatever makes scripts smaller.
pub(super) enum Minifier {
    /// esbuild's script, for node, and a file for what it is to read.
    Esbuild { script: PathBuf, scratch: PathBuf },
    /// Our own few rules.
    Own,
}

impl Minifier {
    /// esbuild if there is one.
    pub(super) fn new(esbuild: Option<PathBuf>, scratch: PathBuf) -> Self {
        esbuild.map_or(Self::Own, |script| Self::Esbuild { script, scratch })
    }

    /// The smaller script.
    pub(super) fn minify(&self, text: &str) -> Result<String, Error> {
        let Self::Esbuild { script, scratch } = self else { return Ok(shrink(text)) };
        fs::write(scratch, text).map_err(Error::file("write", scratch))?;
        let run = Run::new("node").arg(script).arg(scratch).args(FLAGS);
        run.read().map(|small| small + "\n")
    }
}

/// The script without comments on lines of their own, indentation and empty lines. It does not
/// parse JavaScript: where a string could run over several lines, it leaves all as it is.
fn shrink(script: &str) -> String {
    if script.lines().any(|line| line.matches('`').count() % 2 == 1) {
        return script.to_owned();
    }
    let mut kept = String::new();
    let mut comment = false;
    for line in script.lines().map(str::trim) {
        if comment || line.starts_with("/*") {
            let rest = if comment { line } else { &line[2..] };
            match rest.split_once("*/") {
                None => comment = true,
                Some((_, "")) => comment = false,
                Some(_) if comment => return script.to_owned(),
                Some(_) => push(&mut kept, line),
            }
        } else if !line.is_empty() && !line.starts_with("//") {
            push(&mut kept, line);
        }
    }
    kept
}

fn push(kept: &mut String, line: &str) {
    kept.push_str(line);
    kept.push('\n');
}

/// `es2022`: what every browser has that can run the module.
const FLAGS: [&str; 4] = ["--minify", "--format=esm", "--target=es2022", "--legal-comments=none"];

#[cfg(test)]
mod tests {
    use super::shrink;

    #[track_caller]
    fn check(script: &str, expect: &str) {
        assert_eq!(shrink(script), expect);
    }

    #[test]
    fn comments_and_blanks_go() {
        check("/* one */\n// two\n\n  a();\n/**\n * three\n */\nb();\n", "a();\nb();\n");
    }

    #[test]
    fn code_beside_a_comment_stays() {
        check("a(); // why\n/* b */ c();\n", "a(); // why\n/* b */ c();\n");
        check("/* a */ b(); /* c */\n", "/* a */ b(); /* c */\n");
        check("  /*\n a */ b();\n", "  /*\n a */ b();\n");
    }

    #[test]
    fn the_line_ends_stay_for_they_can_end_a_statement() {
        check("let a = 1\nlet b = 2\n", "let a = 1\nlet b = 2\n");
    }

    #[test]
    fn a_string_over_several_lines_is_left_alone() {
        let script = "const css = `\n  // not a comment\n`;\n";
        check(script, script);
    }
}
