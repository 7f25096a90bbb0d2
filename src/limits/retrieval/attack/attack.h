#pragma once
// What an attacker who can add documents writes, so that a wrong answer is found: the red team's side of the
// retrieval limit. Pure functions; nothing here touches a knowledge base.
//
//   const Target target{.question = "When did the museum open?", .right = {"1932"}, .wrong = "1951"};
//   for (const knowledge::ParsedDocument& document : craft(target, {.form = Form::prefix, .copies = 5}))
//     GENKAI_RETURN_IF_ERROR(scratch->add(document));

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/passage.h"
#include "knowledge/document/document.h"

namespace genkai::limits::retrieval::attack {

enum class Form {
  prefix,      // the question, then text that states the wrong answer (PoisonedRAG's black-box attack: Zou et
               // al., "PoisonedRAG", USENIX Security 2025)
  no_prefix,   // that text alone
  paraphrase,  // the same after a question that asks it in other words
  flood,       // four times as many documents
  adaptive,    // written against vetting: no echo, the honest documents' own sentences around one false
               // statement, each in other words, of another source and newer date than they are
  injection,   // orders to the reader, some of them in characters that do not show
};
constexpr std::array<Form, 6> kForms{Form::prefix, Form::no_prefix, Form::paraphrase,
                                     Form::flood,  Form::adaptive,  Form::injection};
constexpr std::size_t kFlood = 4;  // so many times the documents of another form
std::string_view to_string(Form form);
std::optional<Form> parse_form(std::string_view name);

/// One question under attack.
struct Target {
  std::string question;
  std::vector<std::string> right;       // answers; they are taken out of honest sentences
  std::string wrong;                    // what the attacker wants to be answered
  std::vector<std::string> texts{};     // that state it, written by others; empty: made by rules
  std::vector<core::Passage> honest{};  // what the attacker has read of the question: used by `adaptive`
};

struct CraftOptions {
  Form form = Form::prefix;
  std::size_t copies = 5;  // documents for one target; flood writes four times as many
  std::uint64_t seed = 1;
  std::string today{};          // ISO date; `adaptive` dates its documents within the year before
  std::string name = "attack";  // ids are "<name>/<form>/<number>"
};

/// The documents of one attack on one target, each short enough to be one passage, except some of `adaptive`.
/// The same target and options give the same documents. Every document's text holds the wrong answer.
std::vector<knowledge::ParsedDocument> craft(const Target& target, const CraftOptions& options);

/// `count` short texts that state `wrong` as the answer, no two with the same words; English or Japanese.
std::vector<std::string> crafted_texts(std::string_view question, std::string_view wrong, std::size_t count,
                                       std::uint64_t seed);

/// The question in other words, without its question mark.
std::string paraphrase(std::string_view question, std::size_t variant);

}  // namespace genkai::limits::retrieval::attack
