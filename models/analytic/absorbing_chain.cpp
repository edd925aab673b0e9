#include "models/analytic/absorbing_chain.hpp"

#include <cmath>
#include <limits>

namespace spindle::models {

double mean_absorption_time(Eigen::MatrixXd rates, Eigen::VectorXd absorption) {
  const Eigen::Index states = rates.rows();
  Eigen::VectorXd stay = Eigen::VectorXd::Ones(states);  // right-hand side: time counted in a state
  Eigen::VectorXd exit_rate(states);

  for (Eigen::Index s = 0; s < states; ++s) {
    const Eigen::Index rest = states - s - 1;
    exit_rate(s) = absorption(s) + rates.row(s).tail(rest).sum();
    if (!(exit_rate(s) > 0)) return std::numeric_limits<double>::infinity();
    // Paths i -> s -> j become direct ones; the time spent in s is charged to i.
    const Eigen::VectorXd into = rates.col(s).tail(rest) / exit_rate(s);
    rates.bottomRightCorner(rest, rest) += into * rates.row(s).tail(rest);
    absorption.tail(rest) += into * absorption(s);
    stay.tail(rest) += into * stay(s);
  }

  Eigen::VectorXd time(states);
  for (Eigen::Index s = states - 1; s >= 0; --s) {
    const Eigen::Index rest = states - s - 1;
    time(s) = (stay(s) + rates.row(s).tail(rest).dot(time.tail(rest))) / exit_rate(s);
  }
  // Every term is positive: where it is no number, an infinite one met a vanished rate.
  return std::isnan(time(0)) ? std::numeric_limits<double>::infinity() : time(0);
}

}  // namespace spindle::models
