//! The document as a page for people: HTML without scripts, readable in a terminal's browser as well.

use std::fmt::Write as _;

use serde_json::Value;

/// The style sheet that the page asks for.
pub(crate) const STYLE: &str = include_str!("style.css");

/// The page; `base` is the URL that examples are sent to.
pub(crate) fn page(document: &Value, base: &str) -> String {
    let title = escaped(text(&document["info"]["title"]));
    let mut page = String::with_capacity(256 << 10);
    // Writing to a string cannot fail.
    let _ = write_page(&mut page, document, &title, base);
    page
}

fn write_page(page: &mut String, document: &Value, title: &str, base: &str) -> std::fmt::Result {
    write!(
        page,
        "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width\"><title>{title} REST</title>\
         <link rel=\"stylesheet\" href=\"/api/docs/style.css\"></head>\n<body><main>\n\
         <h1>{title} <small>{version}</small></h1>\n{about}\
         <p>For programs: <a href=\"/api/v2/openapi.json\">/api/v2/openapi.json</a></p>\n",
        version = escaped(text(&document["info"]["version"])),
        about = prose(text(&document["info"]["description"])),
    )?;
    let operations = operations(document);
    let tags: Vec<&Value> = items(&document["tags"]).collect();
    for tag in &tags {
        let name = text(&tag["name"]);
        writeln!(page, "<h3>{}</h3>\n<ul class=\"contents\">", escaped(name))?;
        for operation in operations.iter().filter(|operation| operation.tag() == name) {
            operation.write_link(page)?;
        }
        writeln!(page, "</ul>")?;
    }
    for tag in &tags {
        let name = text(&tag["name"]);
        writeln!(page, "<h2>{}</h2>\n{}", escaped(name), prose(text(&tag["description"])))?;
        for operation in operations.iter().filter(|operation| operation.tag() == name) {
            operation.write(page, base)?;
        }
    }
    writeln!(page, "<h2>Types</h2>")?;
    for (name, schema) in entries(&document["components"]["schemas"]) {
        write_schema(page, name, schema)?;
    }
    writeln!(page, "</main></body></html>")
}

/// An operation of the document, with its place in it.
struct Operation<'a> {
    method: String,
    path: &'a str,
    of: &'a Value,
}

fn operations(document: &Value) -> Vec<Operation<'_>> {
    let paths = entries(&document["paths"]);
    paths
        .flat_map(|(path, methods)| {
            entries(methods).map(|(method, of)| Operation { method: method.to_ascii_uppercase(), path, of })
        })
        .collect()
}

impl Operation<'_> {
    fn tag(&self) -> &str {
        text(&self.of["tags"][0])
    }

    fn id(&self) -> String {
        escaped(text(&self.of["operationId"]))
    }

    fn write_link(&self, page: &mut String) -> std::fmt::Result {
        let Self { method, path, .. } = self;
        let summary = escaped(text(&self.of["summary"]));
        writeln!(
            page,
            "<li><a href=\"#{}\"><code>{method} {}</code></a> {summary}</li>",
            self.id(),
            escaped(path)
        )
    }

    fn write(&self, page: &mut String, base: &str) -> std::fmt::Result {
        let Self { method, path, of } = self;
        writeln!(
            page,
            "<section id=\"{}\">\n<h3><code>{method} {}</code></h3>\n{}{}",
            self.id(),
            escaped(path),
            prose(&format!("{}.", text(&of["summary"]))),
            prose(text(&of["description"]))
        )?;
        if items(&of["parameters"]).next().is_some() {
            writeln!(page, "<table><tr><th>Parameter</th><th>Type</th><th>Meaning</th></tr>")?;
            for parameter in items(&of["parameters"]) {
                write_parameter(page, parameter)?;
            }
            writeln!(page, "</table>")?;
        }
        if let Some(body) = of.get("requestBody") {
            let types = contents(&body["content"]);
            writeln!(page, "<p>Body: {types}</p>\n{}", prose(text(&body["description"])))?;
        }
        writeln!(page, "<table><tr><th>Status</th><th>Body</th><th>Meaning</th></tr>")?;
        for (status, response) in entries(&of["responses"]) {
            writeln!(
                page,
                "<tr><td>{status}</td><td>{}</td><td>{}</td></tr>",
                contents(&response["content"]),
                prose(text(&response["description"]))
            )?;
        }
        writeln!(page, "</table>\n<pre>{}</pre>\n</section>", escaped(&self.curl(base)))
    }

    /// A command that calls it with the examples of its parameters.
    fn curl(&self, base: &str) -> String {
        let mut path = self.path.to_owned();
        let mut query = String::new();
        for parameter in items(&self.of["parameters"]) {
            let example = parameter.get("example").or(parameter["schema"].get("example")).map(text);
            let name = text(&parameter["name"]);
            if parameter["in"] == "path" {
                path = path.replace(&format!("{{{name}}}"), example.unwrap_or("ID"));
            } else if let Some(example) = example {
                let mark = if query.is_empty() { '?' } else { '&' };
                query.push_str(&format!("{mark}{name}={}", encoded(example)));
            }
        }
        let Some(body) = self.of.get("requestBody") else { return format!("curl '{base}{path}{query}'") };
        let example = &body["content"]["application/json"]["example"];
        let data =
            if example.is_null() { "@FILE".to_owned() } else { example.to_string().replace('\'', "'\\''") };
        format!("curl -H 'content-type: application/json' -d '{data}' '{base}{path}{query}'")
    }
}

fn write_parameter(page: &mut String, parameter: &Value) -> std::fmt::Result {
    let needed = if parameter["required"] == true { " <em>required</em>" } else { "" };
    let mut about = prose(text(&parameter["description"]));
    for (label, value) in [("Default", &parameter["schema"]["default"]), ("Example", &parameter["example"])] {
        if !value.is_null() {
            let _ = write!(about, "<p>{label}: <code>{}</code></p>", escaped(&plain(value)));
        }
    }
    writeln!(
        page,
        "<tr><td><code>{}</code>{needed}</td><td>{}</td><td>{about}</td></tr>",
        escaped(text(&parameter["name"])),
        kind(&parameter["schema"])
    )
}

fn write_schema(page: &mut String, name: &str, schema: &Value) -> std::fmt::Result {
    let name = escaped(name);
    writeln!(page, "<section id=\"type-{name}\">\n<h3>{name}</h3>\n{}", prose(text(&schema["description"])))?;
    if schema.get("properties").is_none() {
        return writeln!(page, "<p>{}</p></section>", kind(schema));
    }
    let required: Vec<&str> = items(&schema["required"]).map(text).collect();
    writeln!(page, "<table><tr><th>Field</th><th>Type</th><th>Meaning</th></tr>")?;
    for (field, of) in entries(&schema["properties"]) {
        let optional = if required.contains(&field.as_str()) { "" } else { " <em>optional</em>" };
        writeln!(
            page,
            "<tr><td><code>{}</code>{optional}</td><td>{}</td><td>{}</td></tr>",
            escaped(field),
            kind(of),
            prose(text(&of["description"]))
        )?;
    }
    writeln!(page, "</table></section>")
}

/// Media types, each with its type.
fn contents(content: &Value) -> String {
    let told = entries(content).map(|(media_type, of)| match of.get("schema") {
        Some(schema) => format!("<code>{}</code> {}", escaped(media_type), kind(schema)),
        None => format!("<code>{}</code>", escaped(media_type)),
    });
    told.collect::<Vec<_>>().join("<br>")
}

/// A schema in a few words.
fn kind(schema: &Value) -> String {
    if let Some(reference) = schema["$ref"].as_str() {
        let name = escaped(reference.rsplit('/').next().unwrap_or_default());
        return format!("<a href=\"#type-{name}\">{name}</a>");
    }
    if let Some(words) = schema["enum"].as_array() {
        let words: Vec<_> =
            words.iter().map(|word| format!("<code>{}</code>", escaped(&plain(word)))).collect();
        return words.join(" ");
    }
    for choice in ["anyOf", "oneOf"] {
        if schema.get(choice).is_some() {
            return items(&schema[choice]).map(kind).collect::<Vec<_>>().join(" or ");
        }
    }
    let named = match &schema["type"] {
        Value::Array(kinds) => kinds.iter().map(text).collect::<Vec<_>>().join(" or "),
        Value::String(kind) if kind == "array" => return format!("array of {}", kind_of_items(schema)),
        Value::String(kind) => kind.clone(),
        _ => return schema.get("const").map_or("any".to_owned(), |value| escaped(&plain(value))),
    };
    let within = match (&schema["minimum"], &schema["maximum"]) {
        (Value::Number(least), Value::Number(most)) => format!(", {least} to {most}"),
        _ => String::new(),
    };
    escaped(&format!("{named}{within}"))
}

fn kind_of_items(schema: &Value) -> String {
    schema.get("items").map_or_else(|| "any".to_owned(), kind)
}

/// A value of a query, percent-encoded.
fn encoded(value: &str) -> String {
    let kept = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~:".contains(&byte);
    let one = |byte| if kept(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") };
    value.bytes().map(one).collect()
}

/// Markdown as far as we write it: paragraphs, `code`, **bold**.
fn prose(markdown: &str) -> String {
    let paragraphs = markdown.split("\n\n").map(str::trim).filter(|paragraph| !paragraph.is_empty());
    paragraphs.map(|paragraph| format!("<p>{}</p>\n", marked(&escaped(paragraph)))).collect()
}

fn marked(text: &str) -> String {
    let mut html = String::with_capacity(text.len());
    for (at, part) in text.split('`').enumerate() {
        if at % 2 == 1 {
            html.push_str(&format!("<code>{part}</code>"));
            continue;
        }
        for (at, part) in part.split("**").enumerate() {
            html.push_str(&if at % 2 == 1 { format!("<b>{part}</b>") } else { part.to_owned() });
        }
    }
    html
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// A value as it is typed.
fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), ToOwned::to_owned)
}

fn items(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

fn entries(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flatten()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn text_is_marked_up_and_never_markup() {
        let html = "<p>a <b>b</b> <code>&lt;c&gt;</code></p>\n<p>e</p>\n";
        assert_eq!(prose("a **b** `<c>`\n\ne"), html);
    }

    #[test]
    fn an_operation_is_shown_with_a_command_that_calls_it() {
        let document = json!({
            "info": {"title": "T", "version": "1", "description": ""},
            "tags": [{"name": "Logs", "description": "Records."}],
            "paths": {"/logs/{id}": {"get": {
                "operationId": "getLog", "tags": ["Logs"], "summary": "One <record>",
                "parameters": [
                    {"name": "id", "in": "path", "required": true, "schema": {"type": "string"}},
                    {"name": "severity", "in": "query", "example": "error+", "schema": {"type": "string"}},
                ],
                "responses": {"200": {"description": "It", "content": {"application/json": {"schema": {
                    "$ref": "#/components/schemas/Log"}}}}},
            }}},
            "components": {"schemas": {"Log": {"properties": {"body": {"type": ["string", "null"]}}}}},
        });
        let page = page(&document, "http://127.0.0.1:3100");
        for part in [
            "<a href=\"#getLog\"><code>GET /logs/{id}</code></a> One &lt;record&gt;",
            "<pre>curl 'http://127.0.0.1:3100/logs/ID?severity=error%2B'</pre>",
            "<a href=\"#type-Log\">Log</a>",
            "<section id=\"type-Log\">",
            "<td><code>body</code> <em>optional</em></td><td>string or null</td>",
        ] {
            assert!(page.contains(part), "{part} in {page}");
        }
        assert!(!page.contains("<script"), "{page}");
    }
}
