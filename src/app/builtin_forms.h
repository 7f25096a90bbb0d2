#pragma once
// The forms that an answer of the built-in model can be held to, by grammars of logic/grammar as masks of its
// tokens.
//
//   auto transport = model::builtin_transport(model::curl_transport(), builtin_forms());
//   // "response_format": {"type": "json_schema", "json_schema": {"schema": {...}}}
//   //                    {"type": "json_object"}  {"type": "regex", "pattern": "\\d{4}"}
//   //                    {"type": "grammar", "grammar": "root ::= \"yes\" | \"no\""}

#include "model/upstream/builtin_transport.h"

namespace genkai::app {

/// Control and user-defined tokens are never written through a grammar, also where a literal spells one out;
/// the end of the text may come only where the grammar ends. What of a JSON Schema no grammar can express is
/// refused as unsupported.
model::FormsOf builtin_forms();

}  // namespace genkai::app
