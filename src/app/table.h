#pragma once
// A file of rows with named columns: CSV with a header line, or JSON lines of objects. For recorded scores
// and outcomes by anyone.
//
//   GENKAI_ASSIGN_OR_RETURN(const Table table, Table::read("results.csv"));
//   GENKAI_ASSIGN_OR_RETURN(const std::size_t score, table.column("score"));
//   std::optional<double> value = table.number(row, score);

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"

namespace genkai::app {

class Table {
 public:
  /// "-" is standard input. A name that ends in .csv or .tsv, or a first line that is no JSON, makes it CSV
  /// (tab separated for .tsv). Errors: not_found; invalid_argument when there is no row, or when more than
  /// half of the lines are malformed. A malformed line otherwise is counted.
  static base::Result<Table> read(const std::string& path);
  std::size_t rows() const { return cells_.size(); }
  std::size_t malformed() const { return malformed_; }
  const std::string& path() const { return path_; }
  /// Place of a column; not found is invalid_argument and names those that are there.
  base::Result<std::size_t> column(const std::string& name) const;

  /// Empty when the row has none.
  const std::string& text(std::size_t row, std::size_t column) const { return cells_[row][column]; }
  /// Nothing for an empty cell, NA, null, none, nan, and for what is no finite number.
  std::optional<double> number(std::size_t row, std::size_t column) const;
  /// true/false, yes/no, right/wrong, correct/incorrect, 1/0; any case. Nothing for anything else.
  std::optional<bool> truth(std::size_t row, std::size_t column) const;

 private:
  std::string path_;
  std::vector<std::string> names_;
  std::vector<std::vector<std::string>> cells_;
  std::size_t malformed_ = 0;
};

}  // namespace genkai::app
