# bash completion for halfpixel

# The names that an option takes, as --help tells them: "a (default), b or c".
_halfpixel_names() {
  halfpixel "$1" --help 2>/dev/null | sed -n "s/ (default)//; s/,//g; s/ or / /; s/^ *$2 NAME *\([a-z0-9_ ]*\).*/\1/p"
}

_halfpixel() {
  local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]} command=${COMP_WORDS[1]}
  COMPREPLY=()
  if ((COMP_CWORD == 1)); then
    COMPREPLY=($(compgen -W "upsample resize identify compare run inspect bench info --help --version" -- "$current"))
    return
  fi
  case $previous in
    --interpolation | --method | --data-format | --dialect | --precision)
      COMPREPLY=($(compgen -W "$(_halfpixel_names "$command" "$previous")" -- "$current"))
      return
      ;;
    --format)
      COMPREPLY=($(compgen -W "npy npz jpg jpeg png webp tif tiff gif avif heic heif jxl" -- "$current"))
      return
      ;;
    --input-dtype) COMPREPLY=($(compgen -W "float32 float64 float16 uint8 uint16" -- "$current")); return ;;
    --page) COMPREPLY=($(compgen -W "all" -- "$current")); return ;;
    --size | --threads | --without-pass | --repeat | --repetitions | --bind | --shape | --max-memory | --input-range | --output-range) return ;;
  esac
  if [[ $current == -* ]]; then
    local common="--threads --quiet --help"
    case $command in
      upsample) COMPREPLY=($(compgen -W "--output --format --skip-existing --no-clobber --size --interpolation --data-format --array --page --straight-alpha --no-orientation --explain $common" -- "$current")) ;;
      resize) COMPREPLY=($(compgen -W "--output --format --skip-existing --no-clobber --size --method --antialias --preserve-aspect-ratio --dialect --align-corners --half-pixel-centers --mode --scale-factor --recompute-scale-factor --memory-format --resample --box --reducing-gap --mode-name --pillow-version --interpolation --fx --fy --sizes --scales --coordinate-transformation-mode --nearest-mode --cubic-coeff-a --exclude-outside --extrapolation-value --axes --keep-aspect-ratio-policy --roi --opset --shape --no-antialias --kernels --backend --align-mode --data-format --kernel --gap --access --filter --interpolator --input-dtype --array --page --straight-alpha --no-orientation --explain $common" -- "$current")) ;;
      identify) COMPREPLY=($(compgen -W "--json --top --report --array --page --straight-alpha --no-orientation $common" -- "$current")) ;;
      compare) COMPREPLY=($(compgen -W "--size --method --dialects --array --page --straight-alpha --no-orientation $common" -- "$current")) ;;
      run) COMPREPLY=($(compgen -W "--input --output --format --skip-existing --no-clobber --precision --without-pass --input-range --output-range --repeat --profile --json --array --page --straight-alpha --no-orientation --bind --dialect --backend --max-memory $common" -- "$current")) ;;
      inspect) COMPREPLY=($(compgen -W "--json --dot --svg --explain --shape --precision --without-pass --bind --dialect --backend --max-memory $common" -- "$current")) ;;
      bench) COMPREPLY=($(compgen -W "--threads --repetitions --json --growth --list --quiet --help" -- "$current")) ;;
      info) COMPREPLY=($(compgen -W "--json $common" -- "$current")) ;;
    esac
    return
  fi
  if [[ $command == bench && $previous != --json ]]; then
    COMPREPLY=($(compgen -W "$(halfpixel bench --list 2>/dev/null | cut -d' ' -f1)" -- "$current"))
    return
  fi
  compopt -o filenames 2>/dev/null
  COMPREPLY=($(compgen -f -- "$current"))
}
complete -F _halfpixel halfpixel
