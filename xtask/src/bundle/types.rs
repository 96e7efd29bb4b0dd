//! The types of the bundle's entry. wasm-bindgen writes the types of the glue, which pages do not see;
//! this keeps only the types that the crate declares for pages.

/// The types that a page sees, out of those that wasm-bindgen wrote.
pub(super) fn of_entry(generated: &str) -> String {
    let declared = generated.split("export type InitInput").next().unwrap_or_default();
    let mut kept: Vec<&str> = Vec::new();
    let mut lines = declared.lines();
    while let Some(line) = lines.next() {
        let class = line.starts_with("export class ");
        if class || line.starts_with("export function ") {
            drop_comment(&mut kept);
            if class {
                lines.by_ref().find(|line| *line == "}");
            }
        } else if line != "/* tslint:disable */" && line != "/* eslint-disable */" {
            kept.push(line);
        }
    }
    format!("{}\n\nexport {{}};\n", kept.join("\n").trim()).trim_start().to_owned()
}

/// Removes the comment that ends here, because its subject is removed.
fn drop_comment(kept: &mut Vec<&str>) {
    if kept.last().is_some_and(|line| line.trim() == "*/") {
        let start = kept.iter().rposition(|line| line.trim_start().starts_with("/**"));
        kept.truncate(start.unwrap_or(kept.len()));
    }
}

#[cfg(test)]
mod tests {
    use super::of_entry;

    #[test]
    fn functions_and_classes_of_the_glue_are_left_out() {
        let generated = "/* tslint:disable */\n/* eslint-disable */\n\n\
            declare global { interface HTMLElementTagNameMap { \"ais-link\": HTMLElement } }\n\n\
            /**\n * Half a widget.\n */\nexport class Widget {\n  free(): void;\n}\n\n\
            /**\n * Starts.\n */\nexport function start(base: string): void;\n\n\
            export type InitInput = RequestInfo;\nexport function initSync(): void;\n";
        assert_eq!(
            of_entry(generated),
            "declare global { interface HTMLElementTagNameMap { \"ais-link\": HTMLElement } }\n\n\
             export {};\n"
        );
    }

    #[test]
    fn nothing_declared_is_still_a_module() {
        assert_eq!(of_entry("export type InitInput = 1;"), "export {};\n");
    }
}
