//! Writes the OpenAPI document of the back-end port.

fn main() {
    println!("{}", relay::backend::document());
}
