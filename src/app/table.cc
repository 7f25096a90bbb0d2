#include "app/table.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <map>

#include "base/csv.h"
#include "base/file.h"
#include "base/json.h"

namespace genkai::app {
namespace {

using base::Code;
using base::Json;

std::string lower(std::string text) {
  const auto space = [](unsigned char c) { return std::isspace(c) != 0; };
  while (!text.empty() && space(static_cast<unsigned char>(text.back()))) text.pop_back();
  while (!text.empty() && space(static_cast<unsigned char>(text.front()))) text.erase(text.begin());
  for (char& c : text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return text;
}

std::string cell_of(const Json& value) {
  if (value.is_null()) return {};
  if (value.is_string()) return std::string(value.as_string());
  return value.dump();
}

base::Result<std::string> read_all(const std::string& path) {
  if (path != "-") return base::read_file(path);
  std::string text;
  char buffer[1 << 16];
  while (const std::size_t got = std::fread(buffer, 1, sizeof buffer, stdin)) text.append(buffer, got);
  return text;
}

}  // namespace

base::Result<Table> Table::read(const std::string& path) {
  GENKAI_ASSIGN_OR_RETURN(const std::string text, read_all(path));
  Table table;
  table.path_ = path;
  const std::size_t first = text.find_first_not_of(" \t\r\n\xEF\xBB\xBF");
  const bool tabs = path.ends_with(".tsv");
  if (tabs || path.ends_with(".csv") || (first != std::string::npos && text[first] != '{')) {
    base::CsvReader reader(text, tabs ? '\t' : ',');
    reader.next(table.names_);
    for (std::vector<std::string> row; reader.next(row);) {
      if (row.size() == table.names_.size())
        table.cells_.push_back(std::move(row));
      else
        ++table.malformed_;
    }
  } else {
    std::map<std::string, std::size_t> places;
    for (std::size_t begin = 0; begin < text.size();) {
      const std::size_t end = std::min(text.find('\n', begin), text.size());
      const std::string_view line = std::string_view(text).substr(begin, end - begin);
      begin = end + 1;
      if (line.find_first_not_of(" \t\r") == std::string_view::npos) continue;
      const auto json = Json::parse(line);
      if (!json || !json->is_object()) {
        ++table.malformed_;
        continue;
      }
      std::vector<std::string> row(table.names_.size());
      for (const auto& [name, value] : json->members()) {
        const auto [place, is_new] = places.emplace(name, table.names_.size());
        if (is_new) table.names_.push_back(name);
        if (place->second >= row.size()) row.resize(place->second + 1);
        row[place->second] = cell_of(value);
      }
      table.cells_.push_back(std::move(row));
    }
    for (auto& row : table.cells_) row.resize(table.names_.size());
  }
  if (table.cells_.empty())
    return base::fail(Code::invalid_argument, path + " has no rows",
                      "give CSV with a header line, or JSON lines");
  if (table.malformed_ > table.cells_.size())
    return base::fail(Code::invalid_argument,
                      path + ": " + std::to_string(table.malformed_) + " of " +
                          std::to_string(table.malformed_ + table.cells_.size()) + " lines are malformed",
                      "every row needs as many fields as the header, or is one JSON object");
  return table;
}

base::Result<std::size_t> Table::column(const std::string& name) const {
  const auto found = std::find(names_.begin(), names_.end(), name);
  if (found != names_.end()) return static_cast<std::size_t>(found - names_.begin());
  std::string all;
  for (const std::string& own : names_) all += (all.empty() ? "" : ", ") + own;
  return base::fail(Code::invalid_argument, path_ + " has no column \"" + name + "\"", "it has " + all);
}

std::optional<double> Table::number(std::size_t row, std::size_t column) const {
  const std::string& cell = cells_[row][column];
  const char* begin = cell.data();
  const char* end = begin + cell.size();
  while (begin < end && (*begin == ' ' || *begin == '+')) ++begin;
  while (end > begin && *(end - 1) == ' ') --end;
  double value = 0;
  const auto [stop, error] = std::from_chars(begin, end, value);
  if (begin == end || error != std::errc() || stop != end || !std::isfinite(value)) return {};
  return value;
}

std::optional<bool> Table::truth(std::size_t row, std::size_t column) const {
  const std::string cell = lower(cells_[row][column]);
  if (cell == "true" || cell == "1" || cell == "1.0" || cell == "yes" || cell == "right" || cell == "correct")
    return true;
  if (cell == "false" || cell == "0" || cell == "0.0" || cell == "no" || cell == "wrong" ||
      cell == "incorrect")
    return false;
  return {};
}

}  // namespace genkai::app
