#include <utility>

#include "logic/program/value.h"

namespace genkai::logic {

std::uint64_t RangeObject::size() const {
  const auto first = static_cast<std::uint64_t>(start), end = static_cast<std::uint64_t>(stop);
  if (step > 0) return start < stop ? (end - first - 1) / static_cast<std::uint64_t>(step) + 1 : 0;
  return start > stop ? (first - end - 1) / (~static_cast<std::uint64_t>(step) + 1) + 1 : 0;
}

std::uint64_t Heap::collect(const std::vector<const std::vector<Value>*>& roots) {
  std::vector<Object*> pending;
  std::uint64_t work = objects_.size();
  const auto reach = [&](Value value) {
    ++work;
    if (!value.has_object() || value.object->reached) return;
    value.object->reached = true;
    pending.push_back(value.object);
  };
  for (const std::vector<Value>* values : roots)
    for (const Value value : *values) reach(value);
  while (!pending.empty()) {
    Object* object = pending.back();
    pending.pop_back();
    if (object->kind == Kind::list || object->kind == Kind::tuple)
      for (const Value value : static_cast<SequenceObject*>(object)->items) reach(value);
    if (object->kind == Kind::function)
      for (const Value value : static_cast<FunctionObject*>(object)->defaults) reach(value);
    if (object->kind == Kind::iterator) reach(static_cast<IteratorObject*>(object)->of);
  }
  std::size_t kept = 0;
  for (std::unique_ptr<Object>& object : objects_) {
    if (!object->reached) {
      bytes_ -= object->bytes;
      object.reset();
      continue;
    }
    object->reached = false;
    if (&objects_[kept] != &object) objects_[kept] = std::move(object);
    ++kept;
  }
  objects_.resize(kept);
  collect_at_ = bytes_ + (limit_ - bytes_) / 2;
  return work;
}

}  // namespace genkai::logic
