//! HTML from templates, which escape each value.

/// Finished markup.
#[derive(Default)]
pub(super) struct Html(String);

/// The value of a slot.
pub(super) enum Value<'a> {
    /// Text, which is escaped.
    Text(&'a str),
    /// Markup that is finished.
    Html(&'a Html),
}

impl Html {
    /// Fills each `{{slot}}` of the template, in one pass: values are not searched for slots.
    pub(super) fn fill(template: &str, values: &[(&str, Value<'_>)]) -> Self {
        let mut page = String::with_capacity(2 * template.len());
        let mut rest = template;
        while let Some((before, (slot, after))) =
            rest.split_once("{{").and_then(|(before, it)| Some((before, it.split_once("}}")?)))
        {
            page.push_str(before);
            let (_, value) = values
                .iter()
                .find(|(name, _)| *name == slot)
                .expect("a test draws all templates, with all of their slots");
            match value {
                Value::Text(text) => escape(text, &mut page),
                Value::Html(Self(markup)) => page.push_str(markup),
            }
            rest = after;
        }
        page.push_str(rest);
        Self(page)
    }

    /// Appends `next`.
    pub(super) fn then(mut self, next: &Self) -> Self {
        self.0.push_str(&next.0);
        self
    }

    pub(super) fn into_string(self) -> String {
        self.0
    }
}

fn escape(text: &str, page: &mut String) {
    for character in text.chars() {
        match character {
            '&' => page.push_str("&amp;"),
            '<' => page.push_str("&lt;"),
            '>' => page.push_str("&gt;"),
            '"' => page.push_str("&quot;"),
            '\'' => page.push_str("&#39;"),
            _ => page.push(character),
        }
    }
}

macro_rules! templates {
    ($($name:ident = $file:literal,)+) => {
        $(pub(super) const $name: &str =
            include_str!(concat!("../../../assets/bank/", $file, ".html"));)+
    };
}

templates! {
    PAGE = "page",
    ASKED = "asked",
    LEAVE = "leave",
    USER_ID = "user-id",
    OPEN_APP = "open-app",
    APP = "app",
    CODE_LIST = "code-list",
    BUTTONS = "buttons",
    GO_BACK = "go-back",
    REFUSAL = "refusal",
}

#[cfg(test)]
mod tests {
    use super::{Html, Value};

    #[test]
    fn texts_are_escaped_and_not_filled_again() {
        let text = Value::Text("<b>\"{{other}}'&");
        let filled = Html::fill(
            "<p>{{text}}</p>{{other}}",
            &[("text", text), ("other", Value::Html(&Html::fill("<i></i>", &[])))],
        );
        let expected = "<p>&lt;b&gt;&quot;{{other}}&#39;&amp;</p><i></i>";
        assert_eq!(filled.into_string(), expected);
    }
}
