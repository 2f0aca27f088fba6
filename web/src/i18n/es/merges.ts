import type { merges as en } from '../en/merges'

const plural = (n: number, one: string, other: string) => (n === 1 ? one : other)

export const merges: typeof en = {
  action: 'Unir con un duplicado',
  title: 'Unir con un duplicado',
  text: 'Para una máquina que se registró dos veces, por ejemplo a mano y con una importación.',
  other: 'La otra ficha de la misma máquina',
  which: 'Ficha que se queda',
  compared: 'Las dos fichas',
  stays: 'Se queda',
  goes: 'Se elimina',
  meter: 'Última lectura, h',
  moves: (goes, stays) =>
    `Todos los trabajos, contadores con sus lecturas, asignaciones, también las previstas, traslados, documentos y planes de servicio de ${goes} pasan a ${stays}. Después ${goes} se elimina.`,
  keeps: (stays) => `${stays} conserva sus datos: no toma ninguno de la otra ficha. Edítela si alguno de ellos es mejor.`,
  undoable: 'La unión se puede deshacer: enseguida, o más tarde en la página de la ficha eliminada.',
  merge: 'Unir',
  merged: (goes, stays, n, text) => `${goes} se ha unido a ${stays}: ${plural(n, '1 registro pasado', `${text} registros pasados`)}`,
  conflicts: {
    OVERLAP: 'Las dos fichas tienen a la vez un operador, una obra o una asignación prevista: corrija o elimine una de ellas antes.',
    TAKEN:
      'Las dos fichas tienen un contador del mismo nombre, o una lectura del horómetro del mismo momento: cambie el nombre de uno, o anule una de ellas, antes.',
    DECREASING: 'Con las lecturas de las dos fichas, las horas del horómetro bajarían: corrija o anule antes la que esté mal.',
    IMPLAUSIBLE: 'Las lecturas de las dos fichas apenas pueden ser de un mismo horómetro: no encajan con el tiempo entre ellas.',
    TRANSITION: 'La ficha que se queda está de baja: no admite trabajos abiertos, operador ni asignaciones previstas.',
  },
  isMerged: (stays) => `Se unió a ${stays}, que tiene todo lo que le pertenecía.`,
  showStays: 'A esa máquina',
  undo: 'Deshacer la unión',
  undone: (name) => `${name} vuelve a ser una ficha propia`,
}
