#include "knowledge/store/additions.h"

#include <array>
#include <charconv>

namespace genkai::knowledge {
namespace {

constexpr std::array<std::string_view, 3> kKinds{"header", "section", "document"};

bool take_number(std::string_view& text, std::uint32_t& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end == text.data() + text.size() || *end != ' ') return false;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()) + 1);
  return true;
}

}  // namespace

std::string addition_id(const AdditionPlace& place) {
  return std::string(kKinds[static_cast<std::size_t>(place.kind)]) + " " + std::to_string(place.first) + " " +
         std::to_string(place.count) + " " + place.document;
}

std::optional<AdditionPlace> addition_place(std::string_view id) {
  for (std::size_t kind = 0; kind < kKinds.size(); ++kind) {
    if (!id.starts_with(kKinds[kind])) continue;
    AdditionPlace place;
    place.kind = static_cast<AdditionPlace::Kind>(kind);
    std::string_view rest = id.substr(kKinds[kind].size());
    if (!rest.starts_with(' ')) continue;
    rest.remove_prefix(1);
    if (!take_number(rest, place.first) || !take_number(rest, place.count) || rest.empty()) return {};
    place.document = rest;
    return place;
  }
  return {};
}

ParsedDocument addition(const AdditionPlace& place, const std::string& title, std::string text,
                        std::string made_from) {
  ParsedDocument made;
  made.info.id = addition_id(place);
  made.info.title = title;
  made.info.source = std::move(made_from);
  Block block;
  block.text = std::move(text);
  made.blocks.push_back(std::move(block));
  return made;
}

base::Path additions_folder(const base::Path& knowledge_base) {
  return knowledge_base / "additions";
}

base::Result<std::unique_ptr<KnowledgeBase>> open_additions(const base::Path& knowledge_base) {
  OpenOptions options;
  options.create = true;
  return KnowledgeBase::open(additions_folder(knowledge_base), options);
}

}  // namespace genkai::knowledge
