#pragma once
// SQLite as values: a connection, and prepared statements that it keeps. No other file includes sqlite3.h.
//
//   GENKAI_ASSIGN_OR_RETURN(Database database, Database::open(path, Database::Mode::read_write));
//   Statement& query = database.statement("SELECT name FROM people WHERE age > ?");
//   query.start(30);
//   while (query.next()) use(query.text(0));
//   GENKAI_RETURN_IF_ERROR(query.finish());

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>

#include "base/file.h"
#include "base/result.h"

struct sqlite3;
struct sqlite3_stmt;

namespace genkai::knowledge {

struct Blob {
  std::string_view bytes;
};

/// Not thread-safe, like its Database. Values of a row are valid until the next call.
class Statement {
 public:
  Statement(sqlite3* database, const char* sql);
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;
  ~Statement();

  /// Binds the arguments to ?1, ?2, ... and makes ready for next().
  template <class... Arguments>
  void start(const Arguments&... arguments) {
    reset();
    int index = 0;
    (bind(++index, arguments), ...);
  }
  /// True while there is a row. False at the end and after a failure, which finish() returns.
  bool next();
  base::Status finish();
  /// start, all rows, finish: for statements that only write.
  template <class... Arguments>
  base::Status run(const Arguments&... arguments) {
    start(arguments...);
    while (next()) {
    }
    return finish();
  }

  std::int64_t integer(int column) const;
  std::string_view text(int column) const;
  std::string_view blob(int column) const;  // empty for NULL

 private:
  void reset();
  template <class T>
  requires std::is_integral_v<T>
  void bind(int index, T value) { bind_integer(index, static_cast<std::int64_t>(value)); }
  void bind(int index, std::string_view value);
  void bind(int index, Blob value);
  void bind(int index, std::nullptr_t);
  void bind_integer(int index, std::int64_t value);

  sqlite3* database_;
  sqlite3_stmt* statement_ = nullptr;
  int code_ = 0;  // of SQLite; what finish() reports
};

/// One connection. Not thread-safe.
class Database {
 public:
  enum class Mode {
    create,      // made when it is not there
    read_write,  // must be there
    read_only,   // never writes; works on a read-only file system too
    memory,      // no file at all
  };
  static base::Result<Database> open(const base::Path& path, Mode mode);
  Database(Database&&) noexcept;
  Database& operator=(Database&&) noexcept;
  ~Database();

  /// Runs statements without results, separated by semicolons.
  base::Status run(const char* sql);
  /// The prepared statement of a string literal, made at the first call. A failure to prepare shows in
  /// finish().
  Statement& statement(const char* literal);
  bool in_transaction() const;

 private:
  struct State;
  explicit Database(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace genkai::knowledge
