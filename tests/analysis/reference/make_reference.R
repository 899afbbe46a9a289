# Makes r-reference.json. Run by hand: Rscript make_reference.R > r-reference.json
# In this folder. R 4.2.2, metafor 3.8-1, psych 2.2.9, jsonlite 1.8.4 (Debian 12: r-base-core,
# r-cran-metafor, r-cran-psych, r-cran-jsonlite). Tests read the numbers, not R.
suppressMessages({library(metafor); library(psych); library(jsonlite)})
options(digits = 15)
out <- list(versions = list(R = R.version.string, metafor = as.character(packageVersion("metafor")),
                            psych = as.character(packageVersion("psych")),
                            jsonlite = as.character(packageVersion("jsonlite"))))

# --- multiplicity -------------------------------------------------------------
p <- c(.001, .04, .03, .2, .0005, .9, .012, .012, .06, 1)
out$multiplicity <- list(p = p, holm = p.adjust(p, "holm"), bh = p.adjust(p, "BH"))

# --- gap: Welch, Hedges' g, TOST ------------------------------------------------
a <- c(30, 45, 52.5, 40, 61, 37.5, 48, 55, 42.5)
b <- c(50, 62.5, 47.5, 70, 58, 66, 41, 72.5, 60, 55, 49, 63.5)
w <- t.test(b, a)
g <- escalc("SMD", m1i = mean(b), sd1i = sd(b), n1i = length(b), m2i = mean(a), sd2i = sd(a), n2i = length(a))
out$gap <- list(a = a, b = b, diff = mean(b) - mean(a), se = unname(w$stderr), low = w$conf.int[1], high = w$conf.int[2],
  g = as.numeric(g$yi), v = as.numeric(g$vi),
  tost = max(t.test(b, a, mu = 20, alternative = "less")$p.value, t.test(b, a, mu = -20, alternative = "greater")$p.value))

# --- meta -----------------------------------------------------------------------
y <- c(-8.1, -2.3, -5.4, 1.2, -9.7, -4.4, -6.0, 0.3, -3.3, -7.5, -12.0)
s <- c(2.1, 1.8, 3.3, 2.9, 4.0, 1.5, 2.2, 3.8, 2.6, 1.9, 5.0)
fit <- rma(yi = y, sei = s, method = "REML", test = "knha", control = list(threshold = 1e-14, maxiter = 10000))
f90 <- rma(yi = y, sei = s, method = "REML", test = "knha", level = 90, control = list(threshold = 1e-14, maxiter = 10000))
pr <- predict(fit)
loo <- sapply(seq_along(y), function(i) as.numeric(rma(yi = y[-i], sei = s[-i], method = "REML", test = "knha",
              control = list(threshold = 1e-14, maxiter = 10000))$b))
mod <- rma(yi = y, sei = s, mods = ~ s, method = "REML", test = "knha", control = list(threshold = 1e-14, maxiter = 10000))
homo <- rma(yi = c(-3, -3.2, -2.9, -3.1), sei = c(2, 2, 3, 2.5), method = "REML", test = "knha")
out$meta <- list(y = y, se = s, b = as.numeric(fit$b), seb = fit$se, tau2 = fit$tau2, lb = fit$ci.lb, ub = fit$ci.ub,
  lb90 = f90$ci.lb, ub90 = f90$ci.ub, pilb = pr$pi.lb, piub = pr$pi.ub, q = fit$QE, qp = fit$QEp, loo = loo,
  egger_slope = as.numeric(mod$b[2]), egger_p = mod$pval[2], egger_tau2 = mod$tau2,
  homo = list(y = c(-3, -3.2, -2.9, -3.1), se = c(2, 2, 3, 2.5), b = as.numeric(homo$b), seb = homo$se, tau2 = homo$tau2))

# --- GLS at fixed covariance (one cell of the joint model) ------------------------
V <- as.matrix(read.table("cell-covariance.txt")); X <- as.matrix(read.table("cell-design.txt")); yy <- scan("cell-mean.txt", quiet = TRUE)
gls <- rma.mv(yy, V = V, mods = ~ 0 + X, method = "REML")
out$gls <- list(beta = as.numeric(gls$b), se = gls$se, loglik_reml = as.numeric(logLik(gls)), logdet_xx = as.numeric(determinant(crossprod(X))$modulus))

# --- the joint model, written a second time in R -----------------------------------
# Inputs: the cases of statistics-vectors.json. Three cells each by metafor's rma.mv at fixed V, and
# the whole mixture (336 cells x shapes) by base R.
cases <- fromJSON("statistics-vectors.json", simplifyVector = FALSE)$cases
table <- function(rows) do.call(rbind, lapply(rows, function(r) sapply(r, function(v) if (is.null(v)) NA else v)))
frame <- function(case) {
  n <- table(case$n); y <- table(case$mean); v <- table(case$variance); T <- ncol(n)
  d <- data.frame(month = rep(1:T, each = 2), group = rep(1:2, T), n = as.vector(n), y = as.vector(y), v = as.vector(v))
  d <- d[!is.na(d$n) & d$n >= 3, ]
  pooled <- sapply(1:2, function(g) with(d[d$group == g, ], sum((n - 1) * v) / sum(n - 1)))
  list(d = d, pooled = pooled, N = unlist(case$headcount), T = T)
}
covariance <- function(f, tau, rho, share, ratio, icc) {
  d <- f$d; k <- nrow(d); V <- matrix(0, k, k); taus <- tau * c(1 / sqrt(ratio), sqrt(ratio))
  for (i in 1:k) for (j in 1:k) {
    lag <- abs(d$month[i] - d$month[j]); same <- d$group[i] == d$group[j]; s2 <- f$pooled[d$group[i]]; N <- f$N[d$group[i]]
    V[i, j] <- taus[d$group[i]] * taus[d$group[j]] * (if (same) 1 else share) * (if (lag == 0) 1 else rho^lag)
    if (same) V[i, j] <- V[i, j] + icc * s2 / N * .98^lag
    if (i == j) V[i, j] <- V[i, j] + max(s2 / d$n[i] - icc * s2 / N, .001 * s2 / d$n[i]) + 1e-8
  }
  V
}
regressors <- function(f, t0) {
  m <- f$d$month; own <- cbind(f$d$group == 1, f$d$group == 2) * 1
  if (is.null(t0)) return(cbind(own, own * (m - 1)))
  cbind(own, own * (m > t0), own * ifelse(m > t0, m - t0, 0), own * (m - (t0 + 1) / 2))
}
contrast <- function(f, t0) {
  groups <- rbind(c(1, 0), c(0, 1), c(.5, .5), c(-1, 1)); T <- f$T
  if (is.null(t0)) { k <- max(1, round(T / 3)); return(kronecker(t(c(0, T - k)), groups)) }
  M <- T - t0; k <- min(3, M)
  kronecker(t(c(0, 1, M - (k - 1) / 2, 0)), groups)
}
precision <- function(sds) {
  P <- matrix(0, 2 * length(sds), 2 * length(sds))
  for (i in seq_along(sds)) { r <- if (i == 1) 0 else .5; at <- 2 * i - 1:0
    P[at, at] <- solve(sds[i]^2 * matrix(c(1, r, r, 1), 2)) }
  P
}
taus <- c(.3, 1.2, 2.2, 3.3, 4.8, 7, 11); borders <- c(0, (taus[-1] + taus[-7]) / 2, 1.25 * 11)
grid <- expand.grid(tau = taus, rho = c(0, .3, .6, .8), share = c(0, .6), ratio = c(1 / 3, 1, 3), icc = c(0, .5))
grid$w <- (exp(-taus^2 / 50) * diff(borders))[match(grid$tau, taus)] * c(.25, .5, .25)[match(grid$ratio, c(1 / 3, 1, 3))]
grid$w <- grid$w / sum(grid$w)
mixture <- function(case) {
  f <- frame(case); t0 <- case$months_before_adoption; X <- regressors(f, t0); C <- contrast(f, t0); y <- f$d$y
  models <- if (is.null(t0)) list(list(w = 1, at = 1:4, P = precision(c(100, .8)))) else list(
    list(w = .4, at = 1:4, P = precision(c(100, 8))), list(w = .2, at = c(1:2, 5:6), P = precision(c(100, 1))),
    list(w = .2, at = 1:6, P = precision(c(100, 8, 1))), list(w = .2, at = c(1:4, 7:8), P = precision(c(100, 8, .4))))
  lw <- c(); mu <- c(); sd <- c()
  for (i in seq_len(nrow(grid))) {
    g <- grid[i, ]; V <- covariance(f, g$tau, g$rho, g$share, g$ratio, g$icc); W <- solve(V)
    for (m in models) {
      Z <- X[, m$at]; A <- t(Z) %*% W %*% Z + m$P; b <- t(Z) %*% W %*% y; beta <- solve(A, b); K <- C[, m$at, drop = FALSE]
      lw <- c(lw, log(g$w) + log(m$w) - .5 * (t(y) %*% W %*% y - t(b) %*% beta + determinant(V)$modulus +
              determinant(A)$modulus - determinant(m$P)$modulus))
      mu <- cbind(mu, K %*% beta); sd <- cbind(sd, sqrt(diag(K %*% solve(A) %*% t(K))))
    }
  }
  w <- exp(lw - max(lw)); w <- w / sum(w); mean <- as.vector(mu %*% w)
  ends <- sapply(1:4, function(q) sapply(c(.025, .975), function(p) uniroot(function(x) sum(w * pnorm(x, mu[q, ], sd[q, ])) - p,
    c(-300, 300), tol = 1e-12)$root))
  list(mean = mean, sd = sqrt(as.vector((mu^2 + sd^2) %*% w) - mean^2), low = ends[1, ], high = ends[2, ],
       fell = sapply(1:4, function(q) sum(w * pnorm(0, mu[q, ], sd[q, ]))),
       far = sapply(1:4, function(q) sum(w * pnorm(-5, mu[q, ], sd[q, ]))))
}
fixed <- function(case) {
  f <- frame(case); t0 <- case$months_before_adoption; X <- regressors(f, t0)
  X <- if (is.null(t0)) X else X[, 1:4]
  lapply(list(c(1.2, 0, 0, 1, 0), c(3.3, .6, .6, 3, .5), c(11, .8, .6, 1 / 3, 0)), function(p) {
    r <- rma.mv(f$d$y, V = covariance(f, p[1], p[2], p[3], p[4], p[5]), mods = ~ 0 + X, method = "REML")
    list(tau = p[1], rho = p[2], share = p[3], ratio = p[4], icc = p[5], beta = as.numeric(r$b), se = r$se,
         loglik_reml = as.numeric(logLik(r)))
  })
}
out$joint <- lapply(cases, function(case) list(mixture = mixture(case), cells = fixed(case)))

# --- reliability ------------------------------------------------------------------
set.seed(20)
n <- 240; lambda <- c(.7, .65, .6, .72, .55, .6, .66, .7, .58, .62)
f <- rnorm(n); x <- sapply(lambda, function(l) l * f + sqrt(1 - l^2) * rnorm(n))
x <- apply(x, 2, function(z) 25 * findInterval(z, c(-1.2, -.4, .4, 1.2)))
S <- cov(x)
al <- alpha(x, check.keys = FALSE)
fa1 <- fa(cor(x), nfactors = 1, n.obs = n, fm = "minres")
l <- abs(as.numeric(fa1$loadings))
# psych's minres stops at about 1e-5; principal axes iterated to the end have the same solution
pa <- fa(cor(x), nfactors = 1, n.obs = n, fm = "pa", SMC = TRUE, min.err = 1e-15, max.iter = 20000, warnings = FALSE)
lp <- abs(as.numeric(pa$loadings))
pc <- fa(S, nfactors = 1, n.obs = n, fm = "pa", covar = TRUE, SMC = TRUE, min.err = 1e-15, max.iter = 20000, warnings = FALSE)
lc <- abs(as.numeric(pc$loadings))
# the same criterion on the covariance matrix, by base R's optimiser
off <- function(m) sum((S - tcrossprod(m))[upper.tri(S)]^2) / 1e4
raw <- optim(rep(20, 10), off, method = "BFGS", control = list(reltol = 1e-16, maxit = 10000))$par
out$reliability <- list(data = x, alpha = al$total$raw_alpha, loadings_std = l,
  omega_std = sum(l)^2 / (sum(l)^2 + sum(1 - l^2)), loadings = raw,
  omega = sum(raw)^2 / (sum(raw)^2 + sum(diag(S) - raw^2)),
  loadings_pa = lp, omega_pa = sum(lp)^2 / (sum(lp)^2 + sum(1 - lp^2)),
  loadings_pa_cov = lc, omega_pa_cov = sum(lc)^2 / (sum(lc)^2 + sum(diag(S) - lc^2)),
  pair_r = cor(x[, 1], x[, 7]), spearman_brown = 2 * cor(x[, 1], x[, 7]) / (1 + cor(x[, 1], x[, 7])))

# --- ICC over waves, balanced: waves in rows, people in columns ---------------------
m <- matrix(round(rep(c(45, 52, 48, 60, 41, 55), each = 8) + rnorm(48, 0, 15), 1), nrow = 6, byrow = TRUE)
ic <- ICC(m, lmer = FALSE)$results
out$icc <- list(data = m, icc1 = ic$ICC[1], icc1k = ic$ICC[4])
cat(toJSON(out, digits = 15, auto_unbox = TRUE, matrix = "rowmajor", pretty = FALSE))
