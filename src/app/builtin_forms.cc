#include "app/builtin_forms.h"

#include "logic/grammar/matcher.h"
#include "logic/grammar/pattern.h"
#include "logic/grammar/schema.h"

namespace genkai::app {
namespace {

namespace grammar = logic::grammar;
namespace native = model::native;
using base::Code;
using base::Json;
using base::Result;

std::shared_ptr<const grammar::Vocabulary> vocabulary_of(const native::Tokenizer& tokenizer) {
  using Kind = native::Vocabulary;
  std::vector<grammar::Token> tokens;
  for (std::size_t i = 0; i < tokenizer.size(); ++i) {
    const auto id = static_cast<native::TokenId>(i);
    const std::int32_t kind = tokenizer.vocabulary().kinds[i];
    if (id == tokenizer.eos())
      tokens.push_back({{}, grammar::TokenKind::end});
    else if (kind == Kind::normal || kind == Kind::byte)
      tokens.push_back({tokenizer.piece(id), grammar::TokenKind::text});
    else
      tokens.push_back({{}, grammar::TokenKind::control});
  }
  return std::make_shared<const grammar::Vocabulary>(std::move(tokens));
}

class GrammarMask final : public native::TokenMask {
 public:
  explicit GrammarMask(grammar::Matcher start) : matcher_(std::move(start)) {}
  void allow(std::span<const native::TokenId> so_far, std::span<std::uint8_t> allowed) override {
    for (; taken_ < so_far.size(); ++taken_)
      if (!matcher_.accept(static_cast<grammar::TokenId>(so_far[taken_]))) return;  // nothing may follow
    grammar::TokenSet set(allowed.size());
    matcher_.mask(set);
    for (std::size_t id = 0; id < allowed.size(); ++id)
      allowed[id] = set.contains(static_cast<grammar::TokenId>(id)) ? 1 : 0;
  }

 private:
  grammar::Matcher matcher_;
  std::size_t taken_ = 0;
};

Result<grammar::Rules> rules_of_schema(const Json& json) {
  GENKAI_ASSIGN_OR_RETURN(const grammar::Schema schema, grammar::Schema::parse(json));
  if (!schema.checked_after().empty())
    return base::fail(Code::unsupported, "no grammar can hold an answer to " + schema.checked_after().front(),
                      "leave this keyword out of the schema");
  return schema.rules(grammar::Whitespace::none);
}

Result<grammar::Rules> rules_of(const Json& format) {
  const std::string type = format.string("type");
  if (type == "json_object") return rules_of_schema(Json::object({{"type", "object"}}));
  if (type == "json_schema") {
    const Json* wrapped = format.find("json_schema");
    const Json* schema = wrapped != nullptr ? wrapped->find("schema") : nullptr;
    if (schema == nullptr)
      return base::fail(Code::invalid_argument, "response_format.json_schema.schema is missing");
    return rules_of_schema(*schema);
  }
  if (type == "grammar") return grammar::parse_rules(format.string("grammar"));
  if (type == "regex") {
    // The whole answer matches: a pattern without anchors may not stand anywhere in it.
    const std::string pattern = "^(" + format.string("pattern") + ")$";
    GENKAI_ASSIGN_OR_RETURN(grammar::Expression body,
                            grammar::parse_pattern(pattern, grammar::PatternText::plain));
    grammar::Rules rules;
    rules.root = rules.add("root", std::move(body));
    return rules;
  }
  return base::fail(Code::invalid_argument, "the built-in model knows no response_format \"" + type + "\"",
                    "write text, json_schema, json_object, regex or grammar");
}

class GrammarForms final : public model::Forms {
 public:
  explicit GrammarForms(const native::Tokenizer& tokenizer) : vocabulary_(vocabulary_of(tokenizer)) {}

  Result<model::Form> read(const Json& format) override {
    GENKAI_ASSIGN_OR_RETURN(grammar::Rules rules, rules_of(format));
    GENKAI_ASSIGN_OR_RETURN(auto compiled, grammar::compile(rules));
    model::Form form;
    // Models begin an answer with a blank: one may stand first where it cannot belong to the answer.
    form.blank_first = !grammar::Matcher(compiled, vocabulary_).accept_bytes(" ");
    if (form.blank_first) {
      using grammar::Expression;
      rules.root =
          rules.add("with a blank", Expression::sequence({Expression::optional(Expression::literal(" ")),
                                                          Expression::call(rules.root)}));
      GENKAI_ASSIGN_OR_RETURN(compiled, grammar::compile(rules));
    }
    form.mask = [start = grammar::Matcher(compiled, vocabulary_)] {
      return std::make_unique<GrammarMask>(start);
    };
    return form;
  }

 private:
  std::shared_ptr<const grammar::Vocabulary> vocabulary_;
};

}  // namespace

model::FormsOf builtin_forms() {
  return [](const native::Tokenizer& tokenizer) -> std::unique_ptr<model::Forms> {
    return std::make_unique<GrammarForms>(tokenizer);
  };
}

}  // namespace genkai::app
