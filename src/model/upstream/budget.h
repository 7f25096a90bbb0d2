#pragma once
// What may still be spent: reserved before a request is sent, settled when its usage is known. Thread-safe.
//
//   GENKAI_ASSIGN_OR_RETURN(Reservation reserved, budget.reserve({.prompt_tokens = 900, .completion_tokens =
//   512}));
//   ...
//   reserved.settle(completion.usage);   // without it, the destructor gives everything back

#include <cstdint>
#include <memory>
#include <mutex>

#include "base/result.h"
#include "model/language_model.h"

namespace genkai::model {

struct BudgetLimits {
  std::uint64_t tokens = 0;  // prompt and completion together; 0 is without limit
  double money = 0;          // 0 is without limit
};

class Budget {
 public:
  class Reservation {
   public:
    Reservation() = default;
    Reservation(Reservation&& other) noexcept { *this = std::move(other); }
    Reservation& operator=(Reservation&& other) noexcept;
    ~Reservation();
    void settle(const Usage& used);

   private:
    friend class Budget;
    Budget* budget_ = nullptr;
    Usage reserved_;
  };

  explicit Budget(BudgetLimits limits = {}) : limits_(limits) {}
  Budget(const Budget&) = delete;
  Budget& operator=(const Budget&) = delete;
  /// resource_exhausted when spent, reserved and `expected` together pass a limit.
  base::Result<Reservation> reserve(const Usage& expected);
  Usage spent() const;
  Usage reserved() const;

 private:
  void release(const Usage& reserved, const Usage& used);
  const BudgetLimits limits_;
  mutable std::mutex mutex_;
  Usage spent_, reserved_;
};

}  // namespace genkai::model
