# Makes r-reference.json. Run by hand: Rscript make_reference.R > r-reference.json
# R 4.2.2, metafor 3.8-1, psych 2.2.9, jsonlite (Debian 12). Tests read the numbers, not R.
suppressMessages({library(metafor); library(psych); library(jsonlite)})
options(digits = 15)
out <- list(versions = list(R = R.version.string, metafor = as.character(packageVersion("metafor")),
                            psych = as.character(packageVersion("psych"))))

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

# --- reliability ------------------------------------------------------------------
set.seed(20)
n <- 240; lambda <- c(.7, .65, .6, .72, .55, .6, .66, .7, .58, .62)
f <- rnorm(n); x <- sapply(lambda, function(l) l * f + sqrt(1 - l^2) * rnorm(n))
x <- apply(x, 2, function(z) 25 * findInterval(z, c(-1.2, -.4, .4, 1.2)))
S <- cov(x)
al <- alpha(x, check.keys = FALSE)
fa1 <- fa(cor(x), nfactors = 1, n.obs = n, fm = "minres")
l <- abs(as.numeric(fa1$loadings))
# the same criterion on the covariance matrix, by base R's optimiser
off <- function(m) sum((S - tcrossprod(m))[upper.tri(S)]^2) / 1e4
raw <- optim(rep(20, 10), off, method = "BFGS", control = list(reltol = 1e-16, maxit = 10000))$par
out$reliability <- list(data = x, alpha = al$total$raw_alpha, loadings_std = l,
  omega_std = sum(l)^2 / (sum(l)^2 + sum(1 - l^2)), loadings = raw,
  omega = sum(raw)^2 / (sum(raw)^2 + sum(diag(S) - raw^2)),
  pair_r = cor(x[, 1], x[, 7]), spearman_brown = 2 * cor(x[, 1], x[, 7]) / (1 + cor(x[, 1], x[, 7])))

# --- ICC over waves, balanced: waves in rows, people in columns ---------------------
m <- matrix(round(rep(c(45, 52, 48, 60, 41, 55), each = 8) + rnorm(48, 0, 15), 1), nrow = 6, byrow = TRUE)
ic <- ICC(m, lmer = FALSE)$results
out$icc <- list(data = m, icc1 = ic$ICC[1], icc1k = ic$ICC[4])
cat(toJSON(out, digits = 15, auto_unbox = TRUE, matrix = "rowmajor", pretty = FALSE))
