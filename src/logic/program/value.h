#pragma once
// Values of a running program, and the heap that owns what they point to.
//
//   Heap heap(budget.memory_bytes);
//   if (ListObject* list = heap.make_list({})) stack.push_back(Value::of(list));   // nullptr: no memory left

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <type_traits>
#include <vector>

#include "logic/program/code.h"
#include "logic/program/integer.h"

namespace genkai::logic {

enum class Kind : std::uint8_t {
  undefined,
  none,
  boolean,
  integer,
  big,
  string,
  list,
  tuple,
  range,
  function,
  builtin,
  iterator
};

struct Object {
  explicit Object(Kind of) : kind(of) {}
  Object(const Object&) = delete;
  Object& operator=(const Object&) = delete;
  virtual ~Object() = default;
  Kind kind;
  bool reached = false;      // of the last collection
  std::size_t bytes = 0;     // accounted
  std::uint64_t visit = 0;   // of the last walk over the state (state.h) ...
  std::uint64_t number = 0;  // ... and its number there
};

struct Value {
  Kind kind = Kind::undefined;
  union {
    std::int64_t number = 0;  // of boolean, integer and builtin
    Object* object;           // of all from `big` but builtin
  };
  static Value none() { return with(Kind::none, 0); }
  static Value boolean(bool value) { return with(Kind::boolean, value); }
  static Value integer(std::int64_t value) { return with(Kind::integer, value); }
  static Value builtin(Builtin which) { return with(Kind::builtin, static_cast<std::int64_t>(which)); }
  static Value of(Object* object) {
    Value value;
    value.kind = object->kind;
    value.object = object;
    return value;
  }
  bool has_object() const { return kind >= Kind::big && kind != Kind::builtin; }
  bool is_integer() const { return kind == Kind::boolean || kind == Kind::integer || kind == Kind::big; }
  bool is_sequence() const { return kind == Kind::list || kind == Kind::tuple; }

 private:
  static Value with(Kind kind, std::int64_t number) {
    Value value;
    value.kind = kind;
    value.number = number;
    return value;
  }
};

struct BigObject : Object {
  explicit BigObject(Integer of) : Object(Kind::big), value(std::move(of)) {}
  Integer value;
};
struct StringObject : Object {
  explicit StringObject(std::u32string of) : Object(Kind::string), text(std::move(of)) {}
  std::u32string text;
};
struct SequenceObject : Object {  // list or tuple
  SequenceObject(Kind of, std::vector<Value> values) : Object(of), items(std::move(values)) {}
  std::vector<Value> items;
};
struct RangeObject : Object {
  RangeObject(std::int64_t first, std::int64_t end, std::int64_t by)
      : Object(Kind::range), start(first), stop(end), step(by) {}
  std::int64_t start, stop, step;
  std::uint64_t size() const;
  /// REQUIRES: at < size().
  std::int64_t at(std::uint64_t index) const {
    return static_cast<std::int64_t>(static_cast<std::uint64_t>(start) +
                                     index * static_cast<std::uint64_t>(step));
  }
};
struct FunctionObject : Object {
  FunctionObject(std::uint32_t of, std::vector<Value> values)
      : Object(Kind::function), index(of), defaults(std::move(values)) {}
  std::uint32_t index;  // of Code::functions
  std::vector<Value> defaults;
};
struct IteratorObject : Object {
  explicit IteratorObject(Value over) : Object(Kind::iterator), of(over) {}
  Value of;                // list, tuple, string or range
  std::uint64_t next = 0;  // index of the item to come
};

inline const Integer& big_of(Value value) {
  return static_cast<BigObject*>(value.object)->value;
}
inline const std::u32string& text_of(Value value) {
  return static_cast<StringObject*>(value.object)->text;
}
inline std::vector<Value>& items_of(Value value) {
  return static_cast<SequenceObject*>(value.object)->items;
}
inline const RangeObject& range_of(Value value) {
  return *static_cast<RangeObject*>(value.object);
}
/// REQUIRES: value.is_integer().
inline Integer integer_of(Value value) {
  return value.kind == Kind::big ? big_of(value) : Integer(value.number);
}

/// Owns objects; frees those that nothing reaches when asked (mark and sweep, no recursion, cycles included).
class Heap {
 public:
  explicit Heap(std::size_t limit) : limit_(limit), collect_at_(limit / 2) {}

  std::size_t bytes() const { return bytes_; }
  /// Whether `more` bytes would still be within the limit.
  bool has_room(std::size_t more) const { return more <= limit_ && bytes_ <= limit_ - more; }

  /// nullptr when the limit is reached.
  template <class T, class... Arguments>
  T* make(std::size_t payload, Arguments&&... arguments) {
    const std::size_t bytes = sizeof(T) + sizeof(void*) + payload;
    if (!has_room(bytes)) return nullptr;
    auto object = std::make_unique<T>(std::forward<Arguments>(arguments)...);
    object->bytes = bytes;
    bytes_ += bytes;
    T* made = object.get();
    objects_.push_back(std::move(object));
    return made;
  }
  /// Accounts for a list that changes its length. False when the limit is reached.
  bool resize(Object& object, std::size_t items) {
    const std::size_t bytes = sizeof(SequenceObject) + sizeof(void*) + items * sizeof(Value);
    if (bytes > object.bytes && !has_room(bytes - object.bytes)) return false;
    bytes_ = bytes_ - object.bytes + bytes;
    object.bytes = bytes;
    return true;
  }

  bool wants_collection() const { return bytes_ > collect_at_; }
  /// Frees what cannot be reached from these values. Returns the objects and values looked at.
  std::uint64_t collect(const std::vector<const std::vector<Value>*>& roots);

 private:
  std::size_t limit_, collect_at_;
  std::size_t bytes_ = 0;
  std::vector<std::unique_ptr<Object>> objects_;
};

}  // namespace genkai::logic
