//! The banks' logos: invented marks, drawn for the sandbox.

use axum::extract::Path;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};

pub(super) async fn read(Path(file): Path<String>) -> Response {
    match LOGOS.iter().find(|(name, _)| *name == file) {
        Some((_, svg)) => ([(header::CONTENT_TYPE, "image/svg+xml")], *svg).into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

macro_rules! logos {
    ($($bic:literal)*) => {
        [$((concat!($bic, ".svg"), include_str!(concat!("../../assets/logos/", $bic, ".svg")))),*]
    };
}

const LOGOS: [(&str, &str); 8] = logos!(
    "ESSESESS" "HANDSESS" "SWEDSESS" "NDEASESS" "DABASESX" "PROVSESS" "NDEAFIHH" "OKOYFIHH"
);

#[cfg(test)]
mod tests {
    use super::LOGOS;
    use crate::directory::Directory;

    #[test]
    fn every_bank_has_a_logo_without_scripts_or_foreign_parts() {
        for bank in &Directory::get().banks {
            let file = format!("{}.svg", bank.bic);
            let (_, svg) = LOGOS.iter().find(|(name, _)| *name == file).expect(&file);
            assert!(svg.starts_with("<svg xmlns=\"http://www.w3.org/2000/svg\""), "{file}");
            for part in ["<script", "<style", "<text", "<image", "href", "style=", "url(", " on"] {
                assert!(!svg.contains(part), "{file} has {part}");
            }
        }
    }
}
