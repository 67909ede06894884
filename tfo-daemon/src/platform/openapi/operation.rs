//! One operation: a method of a path, with everything that the document says of it.

use axum::response::Response;
use http::Method;
use schemars::JsonSchema;
use serde_json::Value;

use super::{Param, SchemaOf, schema_of};
use crate::platform::problem::{ApiError, Code};

/// A group of operations in the document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Tag {
    pub(crate) name: &'static str,
    pub(crate) about: &'static str,
}

/// What a body may be made of.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Content {
    /// JSON of a type; `of` makes one.
    Json(SchemaOf),
    /// Text of this media type.
    Text(&'static str),
    /// Bytes of this media type.
    Bytes(&'static str),
}

impl Content {
    /// JSON of the type `T`.
    pub(crate) const fn of<T: JsonSchema>() -> Self {
        Self::Json(schema_of::<T>)
    }
}

/// The body of a request.
#[derive(Debug, Clone)]
pub(super) struct Body {
    pub(super) about: &'static str,
    pub(super) contents: Vec<Content>,
    pub(super) max_bytes: Option<usize>,
    pub(super) example: Option<Value>,
}

/// A documented answer that is not problem details.
#[derive(Debug, Clone)]
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) about: &'static str,
    pub(super) contents: Vec<Content>,
}

/// A method of a path. Every operation may fail with [`COMMON`]; what else it may fail with, it says.
#[derive(Debug, Clone)]
pub(crate) struct Operation {
    pub(super) method: Method,
    pub(super) path: String,
    pub(super) id: String,
    pub(super) tag: Tag,
    pub(super) summary: &'static str,
    pub(super) about: &'static str,
    pub(super) params: Vec<Param>,
    pub(super) body: Option<Body>,
    pub(super) answers: Vec<Answer>,
    pub(super) errors: Vec<Code>,
    pub(super) every_method: bool,
}

/// What every operation may fail with unless it says otherwise.
const COMMON: [Code; 6] = [
    Code::InvalidParameters,
    Code::ForbiddenHost,
    Code::ForbiddenOrigin,
    Code::Busy,
    Code::Starting,
    Code::Internal,
];

impl Operation {
    /// `GET` (and, without the body, `HEAD`) of a path. `id` names the operation in generated clients, for good.
    pub(crate) fn get(tag: Tag, path: &str, id: &str, summary: &'static str) -> Self {
        Self::new(Method::GET, tag, path, id, summary)
    }

    /// `POST` to a path.
    pub(crate) fn post(tag: Tag, path: &str, id: &str, summary: &'static str) -> Self {
        Self::new(Method::POST, tag, path, id, summary)
    }

    /// `PUT` of a path.
    pub(crate) fn put(tag: Tag, path: &str, id: &str, summary: &'static str) -> Self {
        Self::new(Method::PUT, tag, path, id, summary)
    }

    /// `PATCH` of a path.
    pub(crate) fn patch(tag: Tag, path: &str, id: &str, summary: &'static str) -> Self {
        Self::new(Method::PATCH, tag, path, id, summary)
    }

    /// `DELETE` of a path.
    pub(crate) fn delete(tag: Tag, path: &str, id: &str, summary: &'static str) -> Self {
        Self::new(Method::DELETE, tag, path, id, summary)
    }

    fn new(method: Method, tag: Tag, path: &str, id: &str, summary: &'static str) -> Self {
        Self {
            method,
            path: path.to_owned(),
            id: id.to_owned(),
            tag,
            summary,
            about: "",
            params: Vec::new(),
            body: None,
            answers: Vec::new(),
            errors: COMMON.into(),
            every_method: false,
        }
    }

    /// More than the summary says, in Markdown.
    pub(crate) fn about(self, about: &'static str) -> Self {
        Self { about, ..self }
    }

    /// Parameters, more with every call.
    pub(crate) fn params(mut self, params: &[Param]) -> Self {
        self.params.extend(params);
        self
    }

    /// A JSON body of the type `T`, at most this long, and everything that can be wrong with one.
    pub(crate) fn body<T: JsonSchema>(mut self, max_bytes: usize, example: Value) -> Self {
        self.body = Some(Body {
            about: "",
            contents: vec![Content::of::<T>()],
            max_bytes: Some(max_bytes),
            example: Some(example),
        });
        self.fails(&[Code::InvalidBody, Code::BodyTooLarge, Code::UnsupportedMediaType])
    }

    /// A body of one of several media types, which the handler bounds and reads by itself.
    pub(crate) fn body_of(mut self, about: &'static str, contents: &[Content]) -> Self {
        self.body = Some(Body { about, contents: contents.to_vec(), max_bytes: None, example: None });
        self
    }

    /// Answers 200 with JSON of the type `T`.
    pub(crate) fn answers<T: JsonSchema>(self, about: &'static str) -> Self {
        self.answers_with(200, about, &[Content::of::<T>()])
    }

    /// Answers a status with one of these contents, or with none.
    pub(crate) fn answers_with(mut self, status: u16, about: &'static str, contents: &[Content]) -> Self {
        self.answers.push(Answer { status, about, contents: contents.to_vec() });
        self
    }

    /// Fails with these too.
    pub(crate) fn fails(mut self, codes: &[Code]) -> Self {
        self.errors.extend(codes);
        self
    }

    /// Fails with these alone.
    pub(crate) fn fails_only(self, codes: &[Code]) -> Self {
        Self { errors: codes.to_vec(), ..self }
    }

    /// The handler sees requests of all methods and refuses them by itself.
    pub(crate) fn sees_every_method(self) -> Self {
        Self { every_method: true, ..self }
    }

    /// Its method.
    pub(crate) fn method(&self) -> &Method {
        &self.method
    }

    /// Its path, with `{name}` for what varies.
    pub(crate) fn path(&self) -> &str {
        &self.path
    }

    /// Names of the query parameters that it declares.
    pub(crate) fn query_names(&self) -> impl Iterator<Item = &'static str> {
        self.params.iter().filter(|param| !param.is_in_path()).map(|param| param.name)
    }

    /// Whether this answer is one that the document tells of.
    pub(super) fn documents(&self, response: &Response) -> bool {
        match response.extensions().get::<ApiError>() {
            Some(error) => self.errors.contains(&error.code()),
            None => self.answers.iter().any(|answer| answer.status == response.status().as_u16()),
        }
    }
}
