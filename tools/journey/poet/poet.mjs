const recite = () => {
  console.log('Tyger Tyger, burning bright')
}

export default { commands: { recite } }
