//! x
pub fn render(_: &crate::report::document::Document) -> Result<Vec<u8>, crate::Error> { Ok(Vec::new()) }
