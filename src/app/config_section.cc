#include "app/config_section.h"

#include <algorithm>
#include <cmath>

#include "base/json.h"

namespace genkai::app {

namespace {

std::string shown(double value) {
  return base::Json(value).dump();
}

}  // namespace

void ConfigErrors::add(const toml::source_region& where, const std::string& message, std::string hint) {
  if (first_ && line_ <= where.begin.line) return;
  line_ = where.begin.line;
  first_ =
      base::Error{base::Code::invalid_argument,
                  file_ + ", line " + std::to_string(where.begin.line) + ": " + message, std::move(hint)};
}

base::Status ConfigErrors::status() const {
  if (first_) return base::fail(*first_);
  return {};
}

const toml::node* Section::find(std::string_view key) {
  known_.emplace_back(key);
  return table_.get(key);
}

void Section::wrong(std::string_view key, const std::string& message, std::string hint) {
  const toml::node* node = table_.get(key);
  errors_.add(node ? node->source() : table_.source(), "[" + name_ + "] " + std::string(key) + " " + message,
              std::move(hint));
}

void Section::refuse(std::string_view key, const std::string& message, std::string hint) {
  if (find(key)) wrong(key, message, std::move(hint));
  known_.pop_back();  // no suggestion
}

bool Section::text(std::string_view key, std::string& value) {
  const toml::node* node = find(key);
  if (!node) return false;
  const auto read = node->value_exact<std::string>();
  if (!read) return wrong(key, "is a text in quotation marks"), false;
  value = *read;
  return true;
}

bool Section::texts(std::string_view key, std::vector<std::string>& values) {
  const toml::node* node = find(key);
  if (!node) return false;
  std::vector<std::string> read;
  const toml::array* array = node->as_array();
  bool good = array != nullptr;
  for (std::size_t i = 0; good && i < array->size(); ++i) {
    const auto item = array->get(i)->value_exact<std::string>();
    good = item && !item->empty();
    if (good) read.push_back(*item);
  }
  if (!good) return wrong(key, "is a list of texts, such as [\"one\", \"two\"]"), false;
  values = std::move(read);
  return true;
}

bool Section::flag(std::string_view key, bool& value) {
  const toml::node* node = find(key);
  if (!node) return false;
  const auto read = node->value_exact<bool>();
  if (!read) return wrong(key, "is true or false"), false;
  value = *read;
  return true;
}

bool Section::whole(std::string_view key, std::uint64_t& value, std::uint64_t least, std::uint64_t most) {
  const toml::node* node = find(key);
  if (!node) return false;
  const auto read = node->value_exact<std::int64_t>();
  if (!read || *read < 0 || static_cast<std::uint64_t>(*read) < least ||
      static_cast<std::uint64_t>(*read) > most)
    return wrong(key, "is a whole number from " + std::to_string(least) + " to " + std::to_string(most)),
           false;
  value = static_cast<std::uint64_t>(*read);
  return true;
}

bool Section::real(std::string_view key, double& value, double least, double most) {
  const toml::node* node = find(key);
  if (!node) return false;
  const auto read = node->is_number() ? node->value<double>() : std::nullopt;
  if (!read || !(*read >= least && *read <= most))
    return wrong(key, "is a number from " + shown(least) + " to " + shown(most)), false;
  value = *read;
  return true;
}

bool Section::seconds(std::string_view key, std::chrono::milliseconds& value, double most) {
  double read = 0;
  if (!find(key)) return false;
  known_.pop_back();
  if (!real(key, read, 0.001, most)) return false;
  value = std::chrono::milliseconds(std::llround(read * 1'000));
  return true;
}

void Section::finish() {
  std::sort(known_.begin(), known_.end());
  std::string all;
  for (const std::string& key : known_) all += (all.empty() ? "" : ", ") + key;
  for (const auto& [key, node] : table_)
    if (!std::binary_search(known_.begin(), known_.end(), key.str()))
      errors_.add(key.source(), "[" + name_ + "] knows no setting " + std::string(key.str()),
                  "it knows " + all);
}

}  // namespace genkai::app
