#pragma once
// One table of a TOML file: reads settings with their ranges, keeps the first error, and finds what it does
// not know. toml++ stays behind the .cc files that include this.
//
//   Section server(table, "server", errors);
//   server.number("port", port, 0, 65535);
//   server.finish();

#define TOML_EXCEPTIONS 0
#define TOML_ENABLE_FORMATTERS 0
#include <toml++/toml.h>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace genkai::app {

/// The first thing that is wrong in a file.
class ConfigErrors {
 public:
  explicit ConfigErrors(std::string file) : file_(std::move(file)) {}
  void add(const toml::source_region& where, const std::string& message, std::string hint = {});
  base::Status status() const;

 private:
  const std::string file_;
  std::optional<base::Error> first_;
  std::uint32_t line_ = 0;
};

class Section {
 public:
  Section(const toml::table& table, std::string name, ConfigErrors& errors)
      : table_(table), name_(std::move(name)), errors_(errors) {}

  /// Each leaves the value as it was when the setting is missing, and says whether it is there and right.
  bool text(std::string_view key, std::string& value);
  bool texts(std::string_view key, std::vector<std::string>& values);
  bool flag(std::string_view key, bool& value);
  template <class Integer>
  bool number(std::string_view key, Integer& value, std::uint64_t least, std::uint64_t most) {
    std::uint64_t read = 0;
    if (!whole(key, read, least, most)) return false;
    value = static_cast<Integer>(read);
    return true;
  }
  bool real(std::string_view key, double& value, double least, double most);
  bool seconds(std::string_view key, std::chrono::milliseconds& value, double most = 86'400);

  void wrong(std::string_view key, const std::string& message, std::string hint = {});
  /// The setting is known, but must not be here: an error when it is.
  void refuse(std::string_view key, const std::string& message, std::string hint);
  /// Everything that was not asked for is an error.
  void finish();

 private:
  const toml::node* find(std::string_view key);
  bool whole(std::string_view key, std::uint64_t& value, std::uint64_t least, std::uint64_t most);
  const toml::table& table_;
  const std::string name_;
  ConfigErrors& errors_;
  std::vector<std::string> known_;
};

}  // namespace genkai::app
