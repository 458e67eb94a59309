// keras.ops.einsum and tf.einsum of any number of tensors: letters that one tensor alone has are
// summed, then tensors are multiplied two by two, whichever two give the least.
#include <algorithm>
#include <array>
#include <cctype>
#include <limits>

#include <halfpixel/error.hpp>

#include "core/checked.hpp"
#include "graph/ops/einsum.hpp"
#include "graph/ops/reduce.hpp"
#include "graph/ops/reshape.hpp"
#include "graph/ops/transpose.hpp"
#include "operations/operands.hpp"

namespace halfpixel::keras {
namespace {

struct Subscripts {
  std::vector<std::string> operands;  // '.' stands for an ellipsis
  std::string result;
};

Subscripts read_subscripts(const std::string& equation, std::size_t operands, bool tf,
                           const CallArguments& arguments) {
  const auto refuse = [&](const auto&... why) {
    arguments.refuse_call(why..., "; got subscripts ", equation, " for ", operands, " tensors");
  };
  Subscripts read;
  std::string part;
  bool arrow = false;
  for (std::size_t i = 0; i < equation.size(); ++i) {
    const char c = equation[i];
    if (c == ' ') continue;
    if (std::isalpha(static_cast<unsigned char>(c)) != 0) {
      part += c;
    } else if (equation.compare(i, 3, "...") == 0 && part.find('.') == part.npos) {
      part += '.';
      i += 2;
    } else if (c == ',' && !arrow) {
      read.operands.push_back(std::move(part));
      part.clear();
    } else if (equation.compare(i, 2, "->") == 0 && !arrow) {
      read.operands.push_back(std::move(part));
      part.clear();
      arrow = true;
      ++i;
    } else {
      refuse("subscripts must be like \"abc,cd->abd\"");
    }
  }
  (arrow ? read.result : read.operands.emplace_back()) = std::move(part);
  if (read.operands.size() != operands) refuse("there must be subscripts for each tensor");
  std::string all;
  for (const std::string& operand : read.operands) {
    for (const char c : operand) {
      if (std::count(operand.begin(), operand.end(), c) > 1)
        refuse("a letter may stand once in each tensor; take the diagonal apart");
    }
    all += operand;
  }
  if (!arrow) {  // what stands once, by name, behind what the ellipsis stands for
    std::string once;
    for (const char c : all) {
      if (c != '.' && std::count(all.begin(), all.end(), c) == 1) once += c;
    }
    // Keras 3.15 says that shape, and computes another: letters in the order in which they stand.
    if (!tf && !std::is_sorted(once.begin(), once.end()))
      refuse(
          "what the result's axes are differs between versions of Keras: say them, like "
          "\"ij->ij\"");
    std::sort(once.begin(), once.end());
    read.result = (all.find('.') != all.npos ? "." : "") + once;
  }
  for (const char c : read.result) {
    if (std::count(read.result.begin(), read.result.end(), c) > 1 ||
        (c != '.' && all.find(c) == all.npos))
      refuse("each letter of the result must stand there once and in a tensor");
  }
  return read;
}

struct Term {
  std::string letters;
  ValueId value;
};

class Product {
 public:
  Product(Builder& b, const std::string& who) : b_(b), who_(who) {}

  ValueId of(Subscripts subscripts, const std::vector<ValueId>& values) {
    spell_out(subscripts, values);
    for (Term& term : terms_) drop_repeated(term);
    for (std::size_t i = 0; i < terms_.size(); ++i) sum_own(i);
    while (terms_.size() > 1) multiply_two();
    return in_order(terms_[0]);
  }

 private:
  // Each axis of an ellipsis has a letter that the equation has not; the last is the same for all.
  void spell_out(const Subscripts& subscripts, const std::vector<ValueId>& values) {
    std::string used, spare;
    for (const std::string& letters : subscripts.operands) used += letters;
    for (char c = 'A'; c <= 'z'; ++c) {
      const bool letter = std::isalpha(static_cast<unsigned char>(c)) != 0;
      if (letter && used.find(c) == used.npos) spare += c;
    }
    std::size_t most = 0;
    for (std::size_t i = 0; i < values.size(); ++i) {
      const std::string& form = subscripts.operands[i];
      const bool open = form.find('.') != form.npos;
      const int rank = b_.shape(values[i]).rank(), named = static_cast<int>(form.size()) - open;
      if (open ? rank < named : rank != named) {
        fail(ErrorCode::invalid_argument, "[", who_, "] subscripts ", form.empty() ? "\"\"" : form,
             " do not fit shape ", b_.shape(values[i]));
      }
      const auto elided = static_cast<std::size_t>(rank - named);
      if (open) most = std::max(most, elided);
      if (open && elided > spare.size())
        fail(ErrorCode::unsupported, "[", who_, "] too many letters; got ", used.size());
      terms_.push_back({open ? with_letters(form, spare, elided) : form, values[i]});
    }
    result_ = with_letters(subscripts.result, spare, most);
    elided_ = spare.substr(0, most);
  }
  static std::string with_letters(std::string form, const std::string& spare, std::size_t count) {
    const std::size_t at = form.find('.');
    if (at == form.npos) return form;
    std::string letters = spare.substr(0, count);
    std::reverse(letters.begin(), letters.end());
    return form.replace(at, 1, letters);
  }

  std::int64_t extent(const Term& term, char c) const {
    const std::size_t at = term.letters.find(c);
    return at == term.letters.npos ? 1 : b_.shape(term.value)[static_cast<int>(at)];
  }

  // An extent of 1 under an ellipsis is repeated where another tensor has more.
  void drop_repeated(Term& term) {
    const Term whole = term;
    std::string kept;
    std::vector<graph::Extent> extents;
    for (std::size_t i = 0; i < whole.letters.size(); ++i) {
      const char c = whole.letters[i];
      const bool wider = std::any_of(terms_.begin(), terms_.end(), [&](const Term& other) {
        return other.letters.find(c) != other.letters.npos && extent(other, c) != 1;
      });
      if (elided_.find(c) != elided_.npos && extent(whole, c) == 1 && wider) continue;
      kept += c;
      extents.push_back(graph::Extent::same_as(static_cast<int>(i)));
    }
    if (kept.size() == whole.letters.size()) return;
    term = {kept, b_.add1(graph::make_reshape(std::move(extents)), {whole.value})};
  }

  bool is_needed(char c, std::size_t but, std::size_t and_but) const {
    if (result_.find(c) != result_.npos) return true;
    for (std::size_t i = 0; i < terms_.size(); ++i) {
      if (i != but && i != and_but && terms_[i].letters.find(c) != terms_[i].letters.npos)
        return true;
    }
    return false;
  }

  void sum_own(std::size_t i) {
    Term& term = terms_[i];
    std::string kept;
    std::vector<int> summed;
    for (std::size_t k = 0; k < term.letters.size(); ++k) {
      if (is_needed(term.letters[k], i, i)) {
        kept += term.letters[k];
      } else {
        summed.push_back(static_cast<int>(k));
      }
    }
    if (summed.empty()) return;
    term = {kept, b_.add1(graph::make_reduce(graph::Reduction::sum, summed), {term.value})};
  }

  // Letters of the product of two, in the result's order where they are the last two.
  std::string letters_of(std::size_t i, std::size_t j) const {
    if (terms_.size() == 2) return result_;
    std::string letters;
    for (const char c : terms_[i].letters + terms_[j].letters) {
      if (letters.find(c) == letters.npos && is_needed(c, i, j)) letters += c;
    }
    return letters;
  }

  void multiply_two() {
    std::size_t first = 0, second = 1;
    double least = std::numeric_limits<double>::infinity();
    for (std::size_t i = 0; i < terms_.size(); ++i) {
      for (std::size_t j = i + 1; j < terms_.size(); ++j) {
        double size = 1;
        for (const char c : letters_of(i, j)) {
          const std::int64_t more = std::max(extent(terms_[i], c), extent(terms_[j], c));
          size *= static_cast<double>(std::max<std::int64_t>(more, 1));
        }
        if (size < least) least = size, first = i, second = j;
      }
    }
    const std::string letters = letters_of(first, second);
    const auto op =
        graph::make_einsum(terms_[first].letters + "," + terms_[second].letters + "->" + letters);
    const Term product = {letters, b_.add1(op, {terms_[first].value, terms_[second].value})};
    terms_[first] = product;
    terms_.erase(terms_.begin() + static_cast<std::ptrdiff_t>(second));
  }

  ValueId in_order(const Term& term) const {
    std::vector<int> order;
    for (const char c : result_) order.push_back(static_cast<int>(term.letters.find(c)));
    if (std::is_sorted(order.begin(), order.end())) return term.value;
    return b_.add1(graph::make_transpose(order), {term.value});
  }

  Builder& b_;
  const std::string& who_;
  std::vector<Term> terms_;
  std::string result_, elided_;
};

// Keras 3: subscripts in the configuration, operands in args. tf_keras: equation first, then
// operands.
LayerPtr einsum(std::string_view name, const OperationCall& call, const std::string& layer_name) {
  const bool tf = is_tf_function(name);
  OperationCall form;
  for (const Argument& argument : call.args) {
    if (argument.get_if<Config::Value>() == nullptr) form.args.push_back(argument);
  }
  constexpr std::array<std::string_view, 8> kNames = {"a", "b", "c", "d", "e", "f", "g", "h"};
  const CallArguments arguments(name, form, layer_name, {"a", "b", "c", "d", "e", "f", "g", "h"});
  std::vector<Operand> operands;
  for (std::size_t i = 0; i < form.args.size(); ++i)
    operands.push_back(Operand::of(arguments, kNames[i]));
  const Config::Value* text = call.config.find("subscripts");
  if (tf && !call.args.empty()) text = call.args[0].get_if<Config::Value>();
  for (const auto& [key, argument] : call.kwargs) {
    if (key == "equation" || key == "subscripts") text = argument.get_if<Config::Value>();
  }
  const auto* const equation = text != nullptr ? text->get_if<std::string>() : nullptr;
  if (equation == nullptr || operands.empty())
    arguments.refuse_call("subscripts must be a string such as \"ij,jk->ik\"");
  const Subscripts subscripts = read_subscripts(*equation, operands.size(), tf, arguments);
  form.config.set("subscripts", *equation);
  return make_recorded(
      "Einsum", kNumpyOps, std::move(form), layer_name,
      [=, who = arguments.who()](Builder& b, std::span<const ValueId> inputs) {
        std::vector<ValueId> values = promoted(b, operands, inputs);
        const DType dtype = b.spec(values[0]).dtype;
        if (dtype == DType::boolean || (tf && !is_floating(dtype) && values.size() > 1)) {
          fail(ErrorCode::unsupported, "[", who, "] products of ", dtype,
               " are not supported: cast the tensors to float32");
        }
        for (ValueId& value : values) value = as_float32(b, value);
        const ValueId result = Product(b, who).of(subscripts, values);
        // Keras computes integers in float32, too.
        const DType declared = dtype == DType::int8 ? DType::int32 : dtype;
        return std::vector<ValueId>{cast_to(b, result, declared)};
      });
}

}  // namespace

std::span<const OperationRow> einsum_operations() {
  static constexpr std::array kRows = {
      OperationRow{"Einsum", einsum},
      OperationRow{"einsum", einsum},
      OperationRow{"linalg.einsum", einsum},
  };
  return kRows;
}

}  // namespace halfpixel::keras
