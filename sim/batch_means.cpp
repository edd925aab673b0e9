#include "sim/batch_means.hpp"

#include "sim/parameter_check.hpp"

namespace spindle::sim {

BatchMeans::BatchMeans(std::uint32_t least, std::uint64_t batch_length)
    : least_(least), batch_length_(batch_length) {
  check_parameter(least >= 4 && least <= (1U << 20), "batch means: number of batches", least,
                  "4 to 2^20");
  check_parameter(batch_length >= 1, "batch means: batch length", static_cast<double>(batch_length),
                  "at least 1");
}

void BatchMeans::close_batch() {
  means_.push_back(sum_ / static_cast<double>(batch_length_));
  sum_ = 0;
  filled_ = 0;
  if (means_.size() < 2 * std::size_t{least_}) return;
  for (std::size_t i = 0; i < least_; ++i) means_[i] = 0.5 * (means_[2 * i] + means_[2 * i + 1]);
  means_.resize(least_);
  batch_length_ *= 2;
}

Moments BatchMeans::batches() const {
  Moments moments;
  for (const double mean : means_) moments.add(mean);
  return moments;
}

Interval BatchMeans::interval(double confidence) const {
  return student_interval(batches(), confidence);
}

double BatchMeans::lag_1() const {
  const Moments moments = batches();
  if (moments.count() < 3 || !(moments.variance() > 0)) return 0;
  double products = 0;
  for (std::size_t i = 1; i < means_.size(); ++i) {
    products += (means_[i - 1] - moments.mean()) * (means_[i] - moments.mean());
  }
  return products / (moments.population_variance() * static_cast<double>(moments.count()));
}

}  // namespace spindle::sim
