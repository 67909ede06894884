//! A parameter of a path or a query, as the document describes it.

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde_json::{Value, json};

use super::{SchemaOf, schema_of};

/// A declared parameter. Handlers read it by its name with `Params::take`, or as a part of the path.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Param {
    /// Its name; a parameter of the path stands as `{name}` in it.
    pub(crate) name: &'static str,
    about: &'static str,
    shape: Shape,
    required: bool,
    in_path: bool,
    example: Option<&'static str>,
}

#[derive(Debug, Clone, Copy)]
enum Shape {
    Text { default: Option<&'static str> },
    Integer { least: i64, most: i64, default: Option<i64> },
    Choice { of: &'static [&'static str], default: &'static str },
    Type(SchemaOf),
}

impl Param {
    /// Any text; what is valid stands in `about`.
    pub(crate) const fn text(name: &'static str, about: &'static str) -> Self {
        Self::new(name, about, Shape::Text { default: None })
    }

    /// A whole number from `least` to `most`.
    pub(crate) const fn integer(name: &'static str, least: i64, most: i64, about: &'static str) -> Self {
        Self::new(name, about, Shape::Integer { least, most, default: None })
    }

    /// One of a few words; the first is the default.
    pub(crate) const fn choice(name: &'static str, of: &'static [&'static str], about: &'static str) -> Self {
        Self::new(name, about, Shape::Choice { of, default: of[0] })
    }

    /// A value of a type that has a schema of its own.
    pub(crate) const fn of<T: JsonSchema>(name: &'static str, about: &'static str) -> Self {
        Self::new(name, about, Shape::Type(schema_of::<T>))
    }

    /// A part of the path, of a type that has a schema of its own.
    pub(crate) const fn path<T: JsonSchema>(name: &'static str, about: &'static str) -> Self {
        let mut param = Self::of::<T>(name, about);
        param.in_path = true;
        param.required = true;
        param
    }

    const fn new(name: &'static str, about: &'static str, shape: Shape) -> Self {
        Self { name, about, shape, required: false, in_path: false, example: None }
    }

    /// The same parameter; a request without it is invalid.
    pub(crate) const fn required(mut self) -> Self {
        self.required = true;
        self
    }

    /// The same parameter with an example.
    pub(crate) const fn example(mut self, example: &'static str) -> Self {
        self.example = Some(example);
        self
    }

    /// The same text, with what it is when it is not given.
    pub(crate) const fn default_text(mut self, text: &'static str) -> Self {
        self.shape = Shape::Text { default: Some(text) };
        self
    }

    /// The same number, with what it is when it is not given.
    pub(crate) const fn default_number(mut self, number: i64) -> Self {
        if let Shape::Integer { least, most, .. } = self.shape {
            self.shape = Shape::Integer { least, most, default: Some(number) };
        }
        self
    }

    /// Whether it is part of the path rather than the query.
    pub(super) const fn is_in_path(&self) -> bool {
        self.in_path
    }

    /// The OpenAPI parameter object.
    pub(super) fn describe(&self, generator: &mut SchemaGenerator) -> Value {
        let mut described = json!({
            "name": self.name,
            "in": if self.in_path { "path" } else { "query" },
            "description": self.about,
            "schema": self.schema(generator),
        });
        if self.required {
            described["required"] = true.into();
        }
        if let Some(example) = self.example {
            described["example"] = example.into();
        }
        described
    }

    fn schema(&self, generator: &mut SchemaGenerator) -> Schema {
        let (mut schema, default) = match self.shape {
            Shape::Text { default } => (json_schema!({ "type": "string" }), default.map(Value::from)),
            Shape::Integer { least, most, default } => {
                let schema = json_schema!({ "type": "integer", "minimum": least, "maximum": most });
                (schema, default.map(Value::from))
            }
            Shape::Choice { of, default } => {
                (json_schema!({ "type": "string", "enum": of }), Some(default.into()))
            }
            Shape::Type(schema) => (schema(generator), None),
        };
        if let Some(default) = default {
            schema.insert("default".to_owned(), default);
        }
        schema
    }
}
